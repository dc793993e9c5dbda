import MailMessage
import Platform

/// A composed message as our own parser sees it.
struct MessageReader {
    let message: Message
    let structure: MIMEPart

    init(_ bytes: [UInt8]) {
        message = Message(SharedBytes(bytes))
        structure = message.structure()
    }

    func fields(_ name: String) -> [String] {
        message.fields(named: name).map { String(decoding: message.decodedBody($0), as: UTF8.self) }
    }

    var fieldNames: [String] {
        message.header.fields.map { String(decoding: message.name($0), as: UTF8.self) }
    }

    func type(_ part: Int) -> String? {
        guard structure.children.indices.contains(part) else { return nil }
        return "\(structure.children[part].mediaType)/\(structure.children[part].mediaSubtype)"
    }

    func body(_ part: Int) -> [UInt8] {
        guard structure.children.indices.contains(part) else { return [] }
        return message.bytes.array(structure.children[part].body)
    }

    /// The blocks of a part that consists of header fields, each as its names with its unfolded values.
    func blocks(_ part: Int) -> [[(name: String, value: String)]] {
        let text = String(decoding: body(part), as: UTF8.self).replacing("\r\n", with: "\n").replacing(
            "\n ", with: " ")
        return text.split(separator: "\n\n").map { block in
            block.split(separator: "\n").map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                let value = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : "?"
                return (String(parts.first ?? "?"), value)
            }
        }
    }
}
