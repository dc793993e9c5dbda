/// A command or a test as it is written, before anything is known about its name (RFC 5228 §8.2).
///
/// A class, since nodes are handed around much and never changed once the parser is done.
final class SyntaxNode {
    private let head: SyntaxHead
    var name: Identifier { head.name }
    var nameRange: Range<Int> { head.nameRange }
    var position: Position { head.position }
    var arguments: [SyntaxArgument] { head.arguments }
    var tests: [SyntaxNode] { head.tests }
    var hasTestList: Bool { head.hasTestList }
    var end: Position { head.end }
    /// The commands in braces; none after a semicolon, and for a test.
    let block: [SyntaxNode]
    /// Whether there are braces.
    let hasBlock: Bool

    init(_ head: consuming SyntaxHead, block: consuming [SyntaxNode] = [], hasBlock: Bool = false) {
        self.head = head
        self.block = block
        self.hasBlock = hasBlock
    }
}

/// All of a command but its block; all of a test.
struct SyntaxHead {
    let name: Identifier
    /// The name's octets in the script.
    let nameRange: Range<Int>
    let position: Position
    var arguments: [SyntaxArgument] = []
    /// The test after the arguments, or the tests in parentheses.
    var tests: [SyntaxNode] = []
    /// Whether the tests stand in parentheses.
    var hasTestList = false
    /// Where the arguments end: the semicolon, the brace, or what follows a test.
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
