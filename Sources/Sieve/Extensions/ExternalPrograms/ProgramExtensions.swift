extension SieveExtension {
    /// `pipe` (vnd.dovecot.pipe).
    static var pipe: SieveExtension {
        SieveExtension("vnd.dovecot.pipe", isOptional: true) { language in
            language.add(command: PipeCommand.self)
            language.add(actionTag: TryTag.self)
        }
    }

    /// `filter` (vnd.dovecot.filter).
    static var filter: SieveExtension {
        SieveExtension("vnd.dovecot.filter", isOptional: true) { language in
            language.add(command: FilterCommand.self)
            language.add(test: FilterTest.self)
        }
    }

    /// `execute` (vnd.dovecot.execute).
    static var execute: SieveExtension {
        SieveExtension("vnd.dovecot.execute", isOptional: true) { language in
            language.add(command: ExecuteCommand.self)
            language.add(test: ExecuteTest.self)
        }
    }
}
