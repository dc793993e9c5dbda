/// What scripts want done with a message, all of it: nothing has been done yet.
package struct SieveResult: Sendable, Equatable {
    /// In the order of the commands, each delivery once, the implicit keep being an action like others.
    /// Never empty: a message that is not to be delivered anywhere has `.discard`.
    package let actions: [SieveAction]
    /// Why a script was stopped, if one was; the actions then keep the message.
    package let failure: RuntimeFailure?
    /// What makes the message known again; for the host to remember once all is done (RFC 7352 §3).
    package let marks: [DuplicateMark]
    /// What happened, if a trace was asked for.
    package let trace: [TraceEvent]
    /// Whether a program's image was not its script's: then the result is none, and the scripts are to be compiled
    /// and run again.
    package var hasDamagedImage = false
}
