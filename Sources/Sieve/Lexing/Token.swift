/// The smallest part of a script that has a meaning (RFC 5228 §8.1).
struct Token {
    enum Kind: Equatable {
        case identifier
        /// A name after a colon.
        case tag
        case number
        case quotedString
        case multilineString
        case semicolon
        case comma
        case leftParenthesis
        case rightParenthesis
        case leftBracket
        case rightBracket
        case leftBrace
        case rightBrace
        case end
    }

    let kind: Kind
    /// Where the token begins.
    let position: Position
    /// The name of an identifier or tag; what stands between a string's delimiters; else the token itself.
    let range: Range<Int>
    /// The value of a number.
    var number: UInt64 = 0
    /// Whether a string has to be rewritten: it has escapes, dots at line starts, or line ends.
    var isPlain = true
}
