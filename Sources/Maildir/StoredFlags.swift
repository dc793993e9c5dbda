import Platform

/// The flags that messages have in their mailbox.
extension Folder {
    /// The flags in the name of a message's file: letters behind `:2,`, keywords as the folder's table has
    /// them now.
    package func flags(ofFile name: String) throws(MaildirError) -> MessageFlags {
        let letters = MessageFlags.letters(ofFile: name)
        var keywords: [String] = []
        if letters.contains(where: { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }) {
            do throws(SystemError) {
                let (table, _) = try keywordTable()
                keywords = letters.compactMap { table.keyword(of: $0) }
            } catch {
                throw .system(error)
            }
        }
        return MessageFlags(MessageFlags.system(ofLetters: letters), keywords: keywords)
    }
}

extension MessageFlags {
    /// Flags and keywords as IMAP writes them.
    package var imapFlags: [String] {
        var flags: [String] = []
        if system.contains(.answered) { flags.append("\\Answered") }
        if system.contains(.flagged) { flags.append("\\Flagged") }
        if system.contains(.deleted) { flags.append("\\Deleted") }
        if system.contains(.seen) { flags.append("\\Seen") }
        if system.contains(.draft) { flags.append("\\Draft") }
        return flags + keywords
    }

    fileprivate static func letters(ofFile name: String) -> [UInt8] {
        let bytes = Array(name.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { return [] }
        let info = bytes[(colon + 1)...]
        guard info.starts(with: Array("2,".utf8)) else { return [] }
        return Array(info.dropFirst(2))
    }

    fileprivate static func system(ofLetters letters: [UInt8]) -> System {
        var system: System = []
        for letter in letters {
            switch letter {
            case UInt8(ascii: "D"): system.insert(.draft)
            case UInt8(ascii: "F"): system.insert(.flagged)
            case UInt8(ascii: "R"): system.insert(.answered)
            case UInt8(ascii: "S"): system.insert(.seen)
            case UInt8(ascii: "T"): system.insert(.deleted)
            default: break
            }
        }
        return system
    }
}
