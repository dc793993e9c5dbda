/// A command of the language: its name, what may follow it, and how it becomes part of a program.
///
/// Each command has a file of its own, whose sections are always in the same order: syntax, validation,
/// program, execution.
protocol CommandDefinition: Sendable {
    static var name: String { get }
    /// Whether commands in braces follow; without, a semicolon does.
    static var takesBlock: Bool { get }
    static var operands: TestOperands { get }

    /// The command's part of the program; nil after an error, which has been reported, and for a command that
    /// only matters to the compiler.
    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)?
}

extension CommandDefinition {
    static var takesBlock: Bool { false }
    static var operands: TestOperands { .none }
}

/// A test of the language, as ``CommandDefinition`` is a command.
protocol TestDefinition: Sendable {
    static var name: String { get }
    static var operands: TestOperands { get }
    /// How many arguments it has besides its tags; nil where that may vary.
    static var positionalArguments: Int? { get }

    /// The test's part of the program; nil after an error, which has been reported.
    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)?
}

extension TestDefinition {
    static var positionalArguments: Int? { nil }
    static var operands: TestOperands { .none }
}

/// The tests that a command or a test takes.
enum TestOperands {
    case none
    case one
    /// In parentheses.
    case list
}

/// A tag that an extension adds to actions of others, such as `:copy` or `:flags`.
protocol ActionTag: Sendable {
    static var tag: String { get }
    /// The names of the commands that take it.
    static var commands: [String] { get }

    /// Reads what follows the tag; nil after an error, which has been reported.
    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)?

    /// Does what the tag asks for, before its action is taken.
    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure)
}

/// A tag that an extension adds to tests of others, such as `:index` or `:mime`.
protocol TestTag: Sendable {
    static var tag: String { get }
    /// The names of the tests, and of commands that select fields as tests do, that take it.
    static var tests: [String] { get }

    /// Reads what follows the tag into the options; reports what is wrong.
    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions)
}

/// The variables behind a name and a dot (RFC 5229 §3).
protocol VariableNamespace: Sendable {
    static var name: String { get }

    /// The variable that the parts behind the first dot name; nil if there is no such variable.
    static func variable(_ path: [[UInt8]]) -> (any ExternalVariable)?
}

/// A namespace whose variables are like those of the script itself.
protocol SettableNamespace: VariableNamespace {
    /// The slot of the variable; nil after an error, which has been reported.
    static func slot(
        _ path: [[UInt8]], at position: Position, _ validator: inout Validator
    ) -> VariableSlot?
}

extension SettableNamespace {
    static func variable(_ path: [[UInt8]]) -> (any ExternalVariable)? { nil }
}
