/// The flags and keywords that a message gets (RFC 3501 §2.3.2).
package struct MessageFlags: Sendable, Equatable {
    package struct System: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static var draft: System { System(rawValue: 1) }
        package static var flagged: System { System(rawValue: 2) }
        package static var answered: System { System(rawValue: 4) }
        package static var seen: System { System(rawValue: 8) }
        package static var deleted: System { System(rawValue: 16) }
    }

    package var system: System
    /// Each once, whatever its case.
    package private(set) var keywords: [String]
    /// Names that no flag can have.
    package private(set) var rejected: [String] = []

    package init(_ system: System = [], keywords: [String] = []) {
        self.system = system
        self.keywords = []
        for keyword in keywords { add(keyword) }
    }

    /// Flags as IMAP and Sieve write them: `\Seen`, `$Forwarded`, `work`.
    package init(imapFlags: [String]) {
        self.init()
        for flag in imapFlags {
            if flag.utf8.first != UInt8(ascii: "\\") {
                add(flag)
            } else if let known = Self.systemFlag(flag) {
                system.insert(known)
            } else {
                rejected.append(flag)
            }
        }
    }

    package var isEmpty: Bool { system.isEmpty && keywords.isEmpty && rejected.isEmpty }

    private static func systemFlag(_ name: String) -> System? {
        switch name.lowercased() {
        case "\\seen": .seen
        case "\\answered": .answered
        case "\\flagged": .flagged
        case "\\deleted": .deleted
        case "\\draft": .draft
        default: nil
        }
    }

    private mutating func add(_ keyword: String) {
        guard Self.isKeyword(keyword) else { return rejected.append(keyword) }
        if !keywords.contains(where: { KeywordTable.areEqual($0, keyword) }) { keywords.append(keyword) }
    }

    /// A keyword is an atom (RFC 3501 §9) that does not begin with `\`; Dovecot takes 50 bytes of it.
    private static func isKeyword(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= 50 else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "%"),
                UInt8(ascii: "*"),
                UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "]"):
                false
            default: byte > 0x20 && byte < 0x7F
            }
        }
    }

    /// The letters of the system flags in a file's name, in ASCII order.
    var systemLetters: [UInt8] {
        var letters: [UInt8] = []
        if system.contains(.draft) { letters.append(UInt8(ascii: "D")) }
        if system.contains(.flagged) { letters.append(UInt8(ascii: "F")) }
        if system.contains(.answered) { letters.append(UInt8(ascii: "R")) }
        if system.contains(.seen) { letters.append(UInt8(ascii: "S")) }
        if system.contains(.deleted) { letters.append(UInt8(ascii: "T")) }
        return letters
    }
}
