/// What a file of tests remembers from one command to the next.
struct TestsuiteState: ExtensionState {
    /// Why the block that is running has failed.
    var failure: String?
    /// Whether this is a script that a test runs, and not the file of tests itself.
    var isScriptUnderTest = false
    /// The script that was compiled, or loaded, last.
    var program: Program?
    /// Scripts by the names that they were saved under.
    var binaries: [String: Program] = [:]
    /// The flags of the current message in its mailbox.
    var messageFlags: [[UInt8]] = []
    /// What the script that was run last has made of the message, for the keep that nobody asked for.
    var scriptOutcome: ScriptOutcome?

    struct ScriptOutcome {
        let content: MessageContent?
    }
}

extension Interpretation {
    /// Whoever runs the file; a failure for scripts that nobody tests.
    func testsuite() throws(RuntimeFailure) -> any TestsuiteHost {
        guard let host = host as? any TestsuiteHost else { throw policyFailure("this is not run as a test") }
        return host
    }

    /// Takes up another message and its envelope.
    mutating func use(_ input: SieveInput, flags: [[UInt8]] = []) throws(RuntimeFailure) {
        let host = try testsuite()
        replaceInput(input)
        host.use(input)
        // Without flags of its own a script sees those of the message.
        if self.flags.isEmpty || self.flags == self[TestsuiteState.self].messageFlags { self.flags = flags }
        self[TestsuiteState.self].messageFlags = flags
        self[TestsuiteState.self].scriptOutcome = nil
    }

    /// Begins a new result, as if no command had acted on the message, or changed it.
    mutating func resetResult() {
        let script = actions.script
        forgetChanges()
        actions = ActionList()
        actions.beginScript(named: script)
        flags = self[TestsuiteState.self].messageFlags
        self[TestsuiteState.self].scriptOutcome = nil
    }
}
