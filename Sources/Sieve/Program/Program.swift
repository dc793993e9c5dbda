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
    /// The header fields that the script names as literals: a slot each, so that a run looks each up once.
    let headerNames: [HeaderName]
    /// Slots for variables.
    let variableCount: Int
    /// Whether successful matches have to be remembered.
    let usesMatchVariables: Bool
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
    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool
}

/// A test at its place in the script.
struct Condition: Sendable {
    let line: Int
    /// Where the test begins, in octets of the script.
    let offset: Int
    let name: String
    let test: any ScriptTest
}
