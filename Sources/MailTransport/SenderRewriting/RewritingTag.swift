/// What a rewritten local part begins with: `SRS0` or `SRS1` in any case, and a separator.
enum RewritingTag {
    /// The address was rewritten once.
    case first
    /// It was rewritten again, by a host further on.
    case further

    init?(_ localPart: [UInt8]) {
        guard localPart.count >= 5, localPart[0] | 0x20 == UInt8(ascii: "s"),
            localPart[1] | 0x20 == UInt8(ascii: "r"), localPart[2] | 0x20 == UInt8(ascii: "s"),
            Self.isSeparator(localPart[4])
        else { return nil }
        switch localPart[3] {
        case UInt8(ascii: "0"): self = .first
        case UInt8(ascii: "1"): self = .further
        default: return nil
        }
    }

    /// `=`, or what hosts use that have it for something else.
    static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }
}
