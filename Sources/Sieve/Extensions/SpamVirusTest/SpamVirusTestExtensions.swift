extension SieveExtension {
    /// `spamtest` with values from 0 to 10 (RFC 5235 §2.1).
    static var spamtest: SieveExtension {
        SieveExtension("spamtest") { language in
            language.add(test: SpamTest.self)
        }
    }

    /// `spamtest` with percents besides (RFC 5235 §2.2).
    static var spamtestplus: SieveExtension {
        SieveExtension("spamtestplus") { language in
            language.add(test: SpamTest.self)
            language.add(testTag: PercentTag.self)
        }
    }

    /// `virustest` (RFC 5235 §3).
    static var virustest: SieveExtension {
        SieveExtension("virustest") { language in
            language.add(test: VirusTest.self)
        }
    }
}

/// `:percent`.
enum PercentTag: TestTag {
    static let tag = "percent"
    static var tests: [String] { [SpamTest.name] }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.isPercent = true
    }
}
