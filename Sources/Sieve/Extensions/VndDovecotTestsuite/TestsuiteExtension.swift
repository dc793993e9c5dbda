extension SieveExtension {
    /// The language of tests of scripts and of engines: `vnd.dovecot.testsuite`. It is in none of the lists
    /// of capabilities, since what it can do is not for scripts that work on mail.
    static var testsuite: SieveExtension {
        SieveExtension("vnd.dovecot.testsuite") { language in
            // Files of tests compare results to the letter; Dovecot's engine, for which they are written,
            // always does.
            language.stringComparator = OctetComparator.self
            language.joinsCommands = true
            language.add(command: TestCommand.self)
            language.add(command: TestFailCommand.self)
            language.add(command: TestSetCommand.self)
            language.add(command: TestConfigSetCommand.self)
            language.add(command: TestConfigUnsetCommand.self)
            language.add(command: TestConfigReloadCommand.self)
            language.add(command: TestResultResetCommand.self)
            language.add(command: TestResultPrintCommand.self)
            language.add(command: TestMessageCommand.self)
            language.add(command: TestMessagePrintCommand.self)
            language.add(command: TestMailboxCreateCommand.self)
            language.add(command: TestMailboxDeleteCommand.self)
            language.add(command: TestBinarySaveCommand.self)
            language.add(command: TestBinaryLoadCommand.self)
            language.add(command: TestMetadataSetCommand.self)
            language.add(test: TestMessageTest.self)
            language.add(test: TestScriptCompileTest.self)
            language.add(test: TestScriptRunTest.self)
            language.add(test: TestMultiscriptTest.self)
            language.add(test: TestResultExecuteTest.self)
            language.add(test: TestResultActionTest.self)
            language.add(test: TestErrorTest.self)
            language.add(namespace: TestsuiteNamespace.self)
        }
    }
}
