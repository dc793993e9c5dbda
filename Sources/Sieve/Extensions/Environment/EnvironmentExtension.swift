extension SieveExtension {
    /// What surrounds the script (RFC 5183).
    static var environment: SieveExtension {
        SieveExtension("environment") { language in
            language.add(test: EnvironmentTest.self)
        }
    }

    /// The items of the environment as variables too, and more items (vnd.dovecot.environment).
    static var dovecotEnvironment: SieveExtension {
        SieveExtension("vnd.dovecot.environment") { language in
            language.add(test: EnvironmentTest.self)
            language.add(namespace: EnvironmentNamespace.self)
        }
    }
}
