extension SieveExtension {
    /// `reject` (RFC 5429 §2.2).
    static var reject: SieveExtension {
        SieveExtension("reject") { language in
            language.add(command: RejectCommand.self)
        }
    }

    /// `ereject` (RFC 5429 §2.1).
    static var ereject: SieveExtension {
        SieveExtension("ereject") { language in
            language.add(command: ErejectCommand.self)
        }
    }
}
