/// All commands, tests and arguments of a script as they are written, before anything is known about their names
/// (RFC 5228 §8.2).
///
/// They lie in three arrays, in the order of the script, and refer to one another by number: a script of ten
/// thousand rules has a hundred thousand of them, and none is an object of its own.
final class SyntaxTree {
    fileprivate let nodes: [SyntaxRecord]
    fileprivate let arguments: [SyntaxArgument]
    fileprivate let strings: [SyntaxString]

    init(nodes: [SyntaxRecord], arguments: [SyntaxArgument], strings: [SyntaxString]) {
        self.nodes = nodes
        self.arguments = arguments
        self.strings = strings
    }
}

/// A command or a test: what a ``SyntaxNode`` shows.
struct SyntaxRecord {
    let name: Identifier
    let nameRange: Range<Int32>
    let line: Int32
    /// Where the arguments end.
    var endOffset: Int32 = 0
    var endLine: Int32 = 0
    /// The numbers of the arguments.
    var arguments: Range<Int32> = 0..<0
    var tests = SyntaxChain()
    var hasTestList = false
    var block = SyntaxChain()
    var hasBlock = false
    /// The number of the next node of the same list.
    var next = Int32.max

    init(name: Identifier, nameRange: Range<Int>, position: Position) {
        self.name = name
        self.nameRange = Int32(clamping: nameRange.lowerBound)..<Int32(clamping: nameRange.upperBound)
        line = Int32(clamping: position.line)
    }
}

/// Nodes that are linked to one another: the number of the first, and how many there are.
struct SyntaxChain {
    fileprivate(set) var first = Int32.max
    fileprivate(set) var count: Int32 = 0
    private var last = Int32.max

    /// Adds the node of this number behind the others.
    mutating func append(_ number: Int, in nodes: inout [SyntaxRecord]) {
        let number = Int32(clamping: number)
        if count == 0 { first = number } else { nodes[Int(last)].next = number }
        last = number
        count += 1
    }
}

/// A command or a test as it is written.
struct SyntaxNode {
    fileprivate let tree: SyntaxTree
    fileprivate let index: Int
    private var record: SyntaxRecord { _read { yield tree.nodes[index] } }

    var name: Identifier { record.name }
    /// The name's octets in the script.
    var nameRange: Range<Int> {
        Int(record.nameRange.lowerBound)..<Int(record.nameRange.upperBound)
    }
    var position: Position {
        Position(offset: Int(record.nameRange.lowerBound), line: Int(record.line))
    }
    var arguments: ArraySlice<SyntaxArgument> {
        tree.arguments[Int(record.arguments.lowerBound)..<Int(record.arguments.upperBound)]
    }
    /// The test after the arguments, or the tests in parentheses.
    var tests: SyntaxNodes { SyntaxNodes(tree, record.tests) }
    /// Whether the tests stand in parentheses.
    var hasTestList: Bool { record.hasTestList }
    /// Where the arguments end: the semicolon, the brace, or what follows a test.
    var end: Position { Position(offset: Int(record.endOffset), line: Int(record.endLine)) }
    /// The commands in braces; none after a semicolon, and for a test.
    var block: SyntaxNodes { SyntaxNodes(tree, record.block) }
    /// Whether there are braces.
    var hasBlock: Bool { record.hasBlock }
}

extension SyntaxNode {
    var argumentCount: Int { Int(record.arguments.upperBound &- record.arguments.lowerBound) }

    /// The argument of this number, which must be less than ``argumentCount``.
    func argument(_ number: Int) -> SyntaxArgument {
        tree.arguments[Int(record.arguments.lowerBound) + number]
    }

    /// The strings of a list among the arguments.
    func strings(_ list: SyntaxList) -> ArraySlice<SyntaxString> {
        tree.strings[Int(list.first)..<Int(list.first + list.count)]
    }
}

/// Commands of one block, or tests of one list.
struct SyntaxNodes: Collection {
    private let tree: SyntaxTree
    private let chain: SyntaxChain

    init(_ tree: SyntaxTree, _ chain: SyntaxChain) {
        self.tree = tree
        self.chain = chain
    }

    var count: Int { Int(chain.count) }
    var isEmpty: Bool { chain.count == 0 }
    var startIndex: Int { Int(chain.first) }
    var endIndex: Int { Int(Int32.max) }
    func index(after index: Int) -> Int { Int(tree.nodes[index].next) }
    subscript(index: Int) -> SyntaxNode { SyntaxNode(tree: tree, index: index) }
}
