import Platform
import TestSupport

/// A request of ICAP, as a server sees it.
struct ICAPAsked: Equatable {
    let method: String
    let target: String
    /// `Name: value`, as they came.
    let fields: [String]
    /// The heads of the HTTP messages.
    var encapsulated = ""
    var body: [UInt8] = []
    /// Whether the body ended with `ieof`.
    var isWhole = false

    func field(_ name: String) -> String? {
        fields.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }
}

extension FarEnd {
    /// A request up to the end of its body, or of the preview; nil where the connection ends before.
    mutating func takeRequest() -> ICAPAsked? {
        var lines: [String] = []
        while true {
            let line = String(decoding: read(through: 10), as: UTF8.self)
            guard line.hasSuffix("\r\n") else { return nil }
            if line.utf8.count == 2 { break }
            lines.append(String(line.dropLast()))
        }
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3, words[2] == "ICAP/1.0" else { return nil }
        var asked = ICAPAsked(
            method: String(words[0]), target: String(words[1]), fields: Array(lines.dropFirst()))
        guard let last = asked.field("Encapsulated")?.split(separator: " ").last,
            let offset = last.split(separator: "=").last.flatMap({ Int($0) })
        else { return nil }
        asked.encapsulated = String(decoding: read(offset), as: UTF8.self)
        guard !last.hasPrefix("null-body") else { return asked }
        return takeBody(&asked) ? asked : nil
    }

    /// Chunks up to the last one.
    mutating func takeBody(_ asked: inout ICAPAsked) -> Bool {
        while true {
            let line = String(decoding: read(through: 10), as: UTF8.self)
            guard line.hasSuffix("\r\n") else { return false }
            let words = line.dropLast().split(separator: ";")
            guard let size = words.first.flatMap({ Int($0, radix: 16) }) else { return false }
            let chunk = read(size)
            guard chunk.count == size, read(2) == [13, 10] else { return false }
            if size == 0 {
                asked.isWhole = words.count > 1 && words[1] == " ieof"
                return true
            }
            asked.body += chunk
        }
    }
}

/// Responses of servers.
enum ICAPAnswer {
    static let options = """
        ICAP/1.0 200 OK\r
        Methods: RESPMOD, REQMOD\r
        Service: Fake scanner\r
        ISTag: "tag-1"\r
        Preview: 1024\r
        Transfer-Preview: *\r
        Allow: 204\r
        Encapsulated: null-body=0\r
        \r

        """

    static let clean = "ICAP/1.0 204 No Content\r\nISTag: \"tag-1\"\r\n\r\n"

    /// 200 with these fields and an error page.
    static func page(_ fields: String...) -> String {
        let http = "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n"
        return "ICAP/1.0 200 OK\r\n" + fields.map { $0 + "\r\n" }.joined()
            + "Encapsulated: res-hdr=0, res-body=\(http.utf8.count)\r\n\r\n\(http)6\r\n<html>\r\n0\r\n\r\n"
    }

    /// 200 with a message, in chunks of this size.
    static func message(_ octets: [UInt8], chunk: Int = 1000, status: Int = 200) -> [UInt8] {
        let http = "HTTP/1.1 \(status) OK\r\nContent-Type: message/rfc822\r\n\r\n"
        var answer = Array(
            "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=\(http.utf8.count)\r\n\r\n\(http)".utf8)
        for start in stride(from: 0, to: octets.count, by: chunk) {
            let piece = octets[start..<min(start + chunk, octets.count)]
            answer += Array("\(String(piece.count, radix: 16));x=y\r\n".utf8) + piece + [13, 10]
        }
        return answer + Array("0\r\n\r\n".utf8)
    }
}
