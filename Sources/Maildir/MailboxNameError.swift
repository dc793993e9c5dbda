/// Why a text is no name of a mailbox.
package struct MailboxNameError: Error, Equatable, Sendable {
    package enum Reason: Sendable {
        case empty, emptyLevel, dots, slash, controlCharacter, dotInLevel, tilde, tooLong, reserved
    }

    package let reason: Reason
    /// The name, shortened, and without anything that could break a line.
    package let name: String

    init(_ reason: Reason, in text: String) {
        self.reason = reason
        name = Self.printable(text)
    }

    private static func printable(_ text: String) -> String {
        var printable = ""
        for scalar in text.unicodeScalars {
            if printable.utf8.count >= 80 { return printable + "..." }
            let isHarmless =
                scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
                && !(0x2028...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
            printable.unicodeScalars.append(isHarmless ? scalar : "?")
        }
        return printable
    }
}

extension MailboxNameError: CustomStringConvertible {
    /// `mailbox name "a//b" has an empty level`
    package var description: String { "mailbox name \"\(name)\" \(complaint)" }

    private var complaint: String {
        switch reason {
        case .empty: "is empty"
        case .emptyLevel: "has an empty level"
        case .dots: "has a level \".\" or \"..\""
        case .slash: "has a \"/\" within a level"
        case .controlCharacter: "has a control character"
        case .dotInLevel: "has a \".\" within a level, which Maildir++ cannot hold; the fs layout can"
        case .tilde: "begins with \"~\""
        case .tooLong: "is too long"
        case .reserved: "is one that the mail store uses itself"
        }
    }
}
