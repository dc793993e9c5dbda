/// A command or a test as it is written, before anything is known about its name (RFC 5228 §8.2).
///
/// A class, since nodes are handed around much and never changed once the parser is done.
final class SyntaxNode {
    let name: Identifier
    /// The name's octets in the script.
    let nameRange: Range<Int>
    let position: Position
    let arguments: [SyntaxArgument]
    /// The test after the arguments, or the tests in parentheses.
    let tests: [SyntaxNode]
    /// Whether the tests stand in parentheses.
    let hasTestList: Bool
    /// The commands in braces; nil after a semicolon, and for a test.
    let block: [SyntaxNode]?
    /// Where the arguments end: the semicolon, the brace, or what follows a test.
    let end: Position

    init(_ head: SyntaxHead, block: [SyntaxNode]?) {
        name = head.name
        nameRange = head.nameRange
        position = head.position
        arguments = head.arguments
        tests = head.tests
        hasTestList = head.hasTestList
        end = head.end
        self.block = block
    }
}

/// All of a command but its block; all of a test. See ``SyntaxNode``.
struct SyntaxHead {
    let name: Identifier
    let nameRange: Range<Int>
    let position: Position
    var arguments: [SyntaxArgument] = []
    var tests: [SyntaxNode] = []
    var hasTestList = false
    var end: Position
}

/// `string-list / number / tag`.
enum SyntaxArgument {
    case string(SyntaxString)
    case list([SyntaxString], Position)
    case number(UInt64, Position)
    case tag(SyntaxTag)

    var position: Position {
        switch self {
        case .string(let string): string.position
        case .list(_, let position): position
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

/// A tag, without its colon.
struct SyntaxTag {
    let name: Identifier
    let nameRange: Range<Int>
    let position: Position
}
