extension SieveExtension {
    /// Messages that have been seen before (RFC 7352).
    static var duplicate: SieveExtension {
        SieveExtension("duplicate", conflicts: ["vnd.dovecot.duplicate"]) { language in
            language.add(test: DuplicateTest.self)
        }
    }

    /// What RFC 7352 grew out of: `:value` for `:uniqueid`.
    static var dovecotDuplicate: SieveExtension {
        SieveExtension("vnd.dovecot.duplicate", conflicts: ["duplicate"]) { language in
            language.add(test: DovecotDuplicateTest.self)
        }
    }
}
