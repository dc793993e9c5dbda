/// What bounds a script, when it is compiled and while it runs.
///
/// The defaults are at least what the RFCs ask for. A script that goes over a limit has an error;
/// it is never cut short in silence, except for the values of variables (RFC 5229 §6).
package struct SieveLimits: Sendable {
    /// Octets of a script.
    package var scriptBytes = 1 << 20
    /// Octets of one string, after its variables have been put in.
    package var stringBytes = 1 << 20
    /// Nested blocks, and nested tests; RFC 5228 §2.10.7 asks for 15.
    package var nesting = 32
    /// Arguments of one command or test, the strings of a list counting as one.
    package var arguments = 32
    /// Errors, and warnings, that one compilation reports.
    package var diagnostics = 100

    /// Variables of one script; RFC 5229 §6 asks for 128.
    package var variables = 128
    /// Octets of a variable's value, beyond which it is cut at a character; RFC 5229 §6 asks for 4000.
    package var variableBytes = 4096
    /// Octets of a variable's name; RFC 5229 §6 asks for 32.
    package var variableNameBytes = 64
    /// The highest match variable, `${31}`; RFC 5229 §6 asks for 9.
    package var matchVariable = 31
    /// Flags that one action or variable may hold.
    package var flags = 64

    /// Actions of one message, over all scripts.
    package var actions = 32
    /// Redirects of one message, over all scripts.
    package var redirects = 4
    /// Octets looked at and commands executed, over all scripts: the same script on the same message
    /// always needs the same number.
    package var steps = 100_000_000

    package init() {}
}
