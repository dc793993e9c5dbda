/// A message and its parts, as text.
enum Mail {
    static let top = "From: a@example.org\r\nTo: b@example.org\r\nSubject: s\r\nMIME-Version: 1.0\r\n"

    /// A multipart message of these parts, each with its header.
    static func parts(_ parts: [[UInt8]], boundary: String = "b") -> [UInt8] {
        var message = octets(top + "Content-Type: multipart/mixed; boundary=\(boundary)\r\n\r\n")
        for part in parts { message += octets("--\(boundary)\r\n") + part + octets("\r\n") }
        return message + octets("--\(boundary)--\r\n")
    }

    /// A part in base64.
    static func part(
        _ contents: [UInt8], named name: String, type: String = "application/octet-stream"
    ) -> [UInt8] {
        part(contents, disposition: "filename=\"\(name)\"", type: type)
    }

    static func part(
        _ contents: [UInt8], disposition: String, type: String = "application/octet-stream"
    ) -> [UInt8] {
        octets(
            "Content-Type: \(type)\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; \(disposition)\r\n\r\n"
        )
            + base64(contents)
    }

    /// A message with a text and one attachment.
    static func attachment(
        _ contents: [UInt8], named name: String, type: String = "application/octet-stream"
    ) -> [UInt8] {
        parts([octets("Content-Type: text/plain\r\n\r\nhello\r\n"), part(contents, named: name, type: type)])
    }

    static func attachment(_ contents: [UInt8], disposition: String) -> [UInt8] {
        parts([part(contents, disposition: disposition)])
    }

    static func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func base64(_ contents: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(contents.count / 3 * 4 + contents.count / 54 + 8)
        var index = 0
        while index < contents.count {
            let left = contents.count - index
            let a = contents[index]
            let b = left > 1 ? contents[index + 1] : 0
            let c = left > 2 ? contents[index + 2] : 0
            text.append(alphabet[Int(a >> 2)])
            text.append(alphabet[Int((a & 3) << 4 | b >> 4)])
            text.append(left > 1 ? alphabet[Int((b & 15) << 2 | c >> 6)] : 0x3D)
            text.append(left > 2 ? alphabet[Int(c & 63)] : 0x3D)
            index += 3
            if index % 57 == 0 { text += [0x0D, 0x0A] }
        }
        return text + [0x0D, 0x0A]
    }

    /// The beginning of a program for Windows, enough of it to be told.
    static let program = joined(
        octets("MZ"), [0x90, 0], [UInt8](repeating: 0, count: 56), [0x40, 0, 0, 0], octets("PE\0\0"),
        [0x4C, 0x01],
        [UInt8](repeating: 0, count: 120))
}

/// One behind the other.
func joined(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap { $0 } }

/// Numbers, the lowest octet first.
func le16(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
}
func le32(_ value: Int) -> [UInt8] { le16(value) + le16(value >> 16) }
func le64(_ value: Int) -> [UInt8] { le32(value) + le32(value >> 32) }
