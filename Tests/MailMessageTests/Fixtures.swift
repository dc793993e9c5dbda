import Glibc
import MailMessage

/// The messages of the repository's `fixtures` folder.
enum Fixtures {
    struct Unreadable: Error { let path: String }

    static let names = [
        "ordinary/alternative", "ordinary/attachment", "ordinary/bounce", "ordinary/encoded-words",
        "ordinary/forwarded",
        "ordinary/list", "ordinary/plain", "ordinary/utf8-headers", "malformed/cr-only",
        "malformed/header-only",
        "malformed/no-close-delimiter", "malformed/no-final-newline", "malformed/not-a-field",
        "malformed/nul-bytes",
    ]

    /// The octets of `fixtures/messages/<name>.eml`.
    static func bytes(_ name: String, file: String = #filePath) throws -> [UInt8] {
        let folders = file.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        let path = "\(folders)/fixtures/messages/\(name).eml"
        guard let stream = unsafe fopen(path, "r") else { throw Unreadable(path: path) }
        defer { unsafe fclose(stream) }
        var bytes: [UInt8] = []
        while true {
            let byte = unsafe getc(stream)
            guard byte != EOF else { return bytes }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
    }

    static func message(_ name: String) throws -> Message { Message(try bytes(name)) }
}
