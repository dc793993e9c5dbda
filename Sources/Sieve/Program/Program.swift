/// A script that has been compiled: typed, immutable, ready to run any number of times.
///
/// Literals have been unescaped and decoded, variables have become slots, patterns have been compiled,
/// names have been checked. What is left to go wrong is in `RuntimeFailure`.
package struct Program: Sendable {
    /// The script's name, as failures and actions tell it.
    package let name: String
    /// The capabilities that the script required, in its order.
    package let capabilities: [String]
    let block: Block
    /// Which of the block's commands matter for which message; nil where all of them are executed.
    let rules: IndexedRules?
    /// The rules of a script that is compiled while it runs; nil where ``block`` has all of them.
    var pieces: (index: RuleIndex, script: PiecewiseScript)?
    /// Whether no rule needs to know what another one was compiled to.
    let canBeCompiledInPieces: Bool
    /// The header fields that the script names as literals: a slot each, so that a run looks each up once.
    let headerNames: [HeaderName]
    /// Slots for variables.
    let variableCount: Int
    /// Whether successful matches have to be remembered.
    let usesMatchVariables: Bool
    /// The scripts that this one includes, directly or not, by the numbers that `include` knows them by.
    var included: [Program] = []
    /// Variables that scripts share (RFC 6609 §3.4).
    var globalCount = 0
}

/// Commands in the order of their execution.
struct Block: Sendable {
    struct Step: Sendable {
        let line: Int
        /// Where the command begins, in octets of the script.
        let offset: Int
        let statement: any Statement
    }

    let steps: [Step]
}

/// A command as the interpreter executes it.
protocol Statement: Sendable {
    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow

    /// What it is of an `if` … `elsif` … `else`; `none` for other commands.
    var branch: Branch { get }
}

extension Statement {
    var branch: Branch { .none }
}

/// What happens after a command.
enum Flow: Equatable {
    case next
    /// All scripts that include one another end (RFC 5228 §3.3, RFC 6609 §3.2).
    case stop
    /// This script ends, and the one that included it goes on (RFC 6609 §3.3).
    case `return`
    /// The loop of this name ends, or the innermost one (RFC 5703 §3.2).
    case breakLoop([UInt8]?)
}

/// A test as the interpreter evaluates it.
protocol ScriptTest: Sendable {
    /// What comes of it whatever the message, where the compiler knows.
    var constant: Bool? { get }

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool

    /// Adds keys of which a message must have one for the test to be true, as ``RuleKeys`` promises. False where
    /// there are no such keys: nothing has been added.
    func addKeys(to rule: inout RuleKeys) -> Bool

    /// Whether evaluating it cannot fail and has no effect.
    ///
    /// - Parameter recordsCaptures: Whether the script asks for what `:matches` leaves behind.
    func isPure(_ recordsCaptures: Bool) -> Bool
}

extension ScriptTest {
    func addKeys(to rule: inout RuleKeys) -> Bool { false }
    func isPure(_ recordsCaptures: Bool) -> Bool { false }
}

extension ScriptTest {
    var constant: Bool? { nil }
}

/// A test at its place in the script.
struct Condition: Sendable {
    let line: Int
    /// Where the test begins, in octets of the script.
    let offset: Int
    let name: String
    let test: any ScriptTest
}
