extension SieveExtension {
    /// Annotations of mailboxes (RFC 5490 §4).
    static var mboxmetadata: SieveExtension {
        SieveExtension("mboxmetadata") { language in
            language.add(test: MetadataTest.self)
            language.add(test: MetadataExistsTest.self)
        }
    }

    /// Annotations of the server (RFC 5490 §5).
    static var servermetadata: SieveExtension {
        SieveExtension("servermetadata") { language in
            language.add(test: ServerMetadataTest.self)
            language.add(test: ServerMetadataExistsTest.self)
        }
    }
}
