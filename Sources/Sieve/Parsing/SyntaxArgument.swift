/// `string-list / number / tag` (RFC 5228 §8.2).
enum SyntaxArgument {
    /// A string, and its number among the tree's strings.
    case string(SyntaxString, Int32)
    case list(SyntaxList)
    case number(UInt64, Position)
    case tag(SyntaxTag)

    var position: Position {
        switch self {
        case .string(let string, _): string.position
        case .list(let list): list.position
        case .number(_, let position): position
        case .tag(let tag): tag.position
        }
    }
}

/// A string literal, still with its escapes.
struct SyntaxString {
    /// What stands between the delimiters.
    let range: Range<Int>
    let position: Position
    let isMultiline: Bool
    /// Whether the octets in `range` are the value.
    let isPlain: Bool
}

/// Strings in brackets: which of the tree's strings they are.
struct SyntaxList {
    let first: Int32
    let count: Int32
    let position: Position
}

/// A tag, without its colon.
struct SyntaxTag {
    let name: Identifier
    let nameRange: Range<Int>
    let position: Position
}
