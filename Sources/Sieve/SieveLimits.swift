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

    /// Variables of one script, and those that scripts share; RFC 5229 §6 asks for 128.
    package var variables = 255
    /// Octets of a variable's value, beyond which it is cut at a character; RFC 5229 §6 asks for 4000.
    package var variableBytes = 4096
    /// Octets of a variable's name; RFC 5229 §6 asks for 32.
    package var variableNameBytes = 64
    /// The highest match variable, `${32}`; RFC 5229 §6 asks for 9.
    package var matchVariable = 32
    /// Flags that one action or variable may hold.
    package var flags = 64

    /// Scripts that one script includes, directly or not, each counted once.
    package var includes = 255
    /// How deep scripts include one another; RFC 6609 §3.1 asks for 3.
    package var includeDepth = 10

    /// How long a message is remembered if the script does not say, in seconds (RFC 7352 §3.3).
    package var duplicateSeconds = 7 * 86_400
    /// The longest time for which a script may have a message remembered, in seconds.
    package var duplicateSecondsMaximum = 90 * 86_400
    /// Messages, or what stands for them, that one delivery may have remembered.
    package var duplicateMarks = 32

    /// Arguments of one program; vnd.dovecot.pipe asks for 16.
    package var programArguments = 32
    /// Octets of one argument of a program; vnd.dovecot.pipe asks for 1024.
    package var programArgumentBytes = 1024

    /// Actions of one message, over all scripts.
    package var actions = 32
    /// Redirects of one message, over all scripts.
    package var redirects = 4
    /// Notifications of one message, over all scripts.
    package var notifications = 10
    /// Recipients of one notification by mail.
    package var notificationRecipients = 8
    /// Fields that the URI of a notification by mail may ask for.
    package var notificationFields = 16

    /// Seconds at least between two answers of `vacation` to the same sender; 0 lets a script ask for an answer to
    /// every message (RFC 6131 §2).
    package var vacationMinimum = 86_400
    /// Seconds where a script does not say; RFC 5230 §4.1 has 7 days.
    package var vacationDefault = 7 * 86_400
    /// Seconds at most; RFC 5230 §4.1 asks for more than 7 days, and for 30.
    package var vacationMaximum = 60 * 86_400

    /// Octets of the value that `addheader` gives a field; RFC 5293 §4 asks for 998.
    package var addedFieldBytes = 2048
    /// Fields that `addheader` adds to one message.
    package var addedFields = 100
    /// The names of fields that `addheader` adds nothing to, in lower case; `subject` is never one of them.
    package var unaddableFields: [String] = []
    /// The names of fields that `deleteheader` leaves alone, in lower case, besides `received` and
    /// `auto-submitted`; `subject` is never one of them.
    package var undeletableFields: [String] = []
    /// Octets of memory for the decoded bodies that a run keeps; what goes beyond is not looked at.
    package var bodyBytes = 16 << 20
    /// Octets of the largest message that is put together anew, with a part exchanged or as a part of another one.
    package var rewrittenBytes = 64 << 20
    /// Loops of `foreverypart` within one another; RFC 5703 §3.1 asks for 2.
    package var loops = 4

    /// Octets looked at and commands executed, over all scripts: the same script on the same message
    /// always needs the same number.
    package var steps = 100_000_000

    package init() {}
}
