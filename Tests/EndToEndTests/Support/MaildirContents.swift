import Foundation

/// A message as it lies in a Maildir.
struct StoredMessage {
    let directory: String
    let name: String
    let bytes: Data

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What stands behind `:2,`; nil in `new`.
    var flags: String? {
        guard let mark = name.range(of: ":2,") else { return nil }
        return String(name[mark.upperBound...])
    }

    /// The number behind `,S=` or `,W=` in the name.
    func size(_ letter: String) -> Int? {
        guard let mark = name.range(of: ",\(letter)=") else { return nil }
        return Int(name[mark.upperBound...].prefix { $0.isNumber })
    }
}

/// The messages of one folder, in `new` and `cur`, by name. What is missing is empty.
func messages(_ folder: String) -> [StoredMessage] {
    var found: [StoredMessage] = []
    for directory in ["new", "cur"] {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(directory)")) ?? [] {
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(directory)/\(name)") else {
                continue
            }
            found.append(StoredMessage(directory: directory, name: name, bytes: bytes))
        }
    }
    return found.sorted { $0.name < $1.name }
}

/// Everything beneath a folder, as paths relative to it.
func everything(_ folder: String) -> [String] {
    FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.sorted() ?? []
}
