/// What a site can set, as one value made once and then handed out in slices.
///
/// `Configuration()` is the configuration of a site without a file. A value that cannot be used is a
/// problem, and the key keeps what it had: a configuration is always whole. Sizes are bytes, durations are
/// seconds, and a limit of 0 means none where the key's range begins at 0.
package struct Configuration: Sendable, Equatable {
    package var mail = Mail()
    package var delivery = Delivery()
    package var users = Users()
    package var spool = Spool()
    package var retry = Retry()
    package var bounce = Bounce()
    package var sieve = Sieve()
    package var state = State()
    package var transport = Transport()
    package var quota = Quota()
    package var log = Log()
    package var limits = Limits()

    /// Where the values came from that are not the defaults: an array, since a dictionary's type alone costs a
    /// delivery more than all of its look-ups.
    private var origins: [SettingsProvenance] = []

    /// Behind a reference: a configuration is handed on and on, and few deliveries have checks.
    private var boxedChecks = Boxed.value(Checks())

    package var checks: Checks {
        get { boxedChecks.value }
        set { boxedChecks = .value(newValue) }
    }

    package init() {}
}

/// A value that is copied as one reference.
private indirect enum Boxed<Value: Sendable & Equatable>: Sendable, Equatable {
    case value(Value)

    var value: Value {
        switch self {
        case .value(let value): value
        }
    }
}

/// Where the value of a key came from.
package enum SettingsOrigin: Sendable, Equatable {
    case builtIn
    /// A file, and the line in it.
    case file(path: String, line: Int)
    /// An option `-o`.
    case option
}

/// A key that is set, and where.
struct SettingsProvenance: Sendable, Equatable {
    let key: String
    let origin: SettingsOrigin
}

extension SettingsOrigin: CustomStringConvertible {
    package var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let path, let line): "\(path):\(line)"
        case .option: "-o"
        }
    }
}

extension Configuration {
    /// Takes over what the file `path` says, whose contents are `toml`.
    ///
    /// - Returns: all problems, in the order of the file. After a syntax error nothing was taken over.
    package mutating func read(_ toml: Span<UInt8>, path: String) -> [SettingsProblem] {
        let entries: [TomlEntry]
        do {
            entries = try TomlEntry.all(in: toml)
        } catch {
            return [
                SettingsProblem(.syntax, error.message, path: path, line: error.line, column: error.column)
            ]
        }
        var problems: [SettingsProblem] = []
        for entry in entries {
            let origin = SettingsOrigin.file(path: path, line: entry.line)
            guard var problem = assign(entry.value, to: entry.key, origin: origin) else { continue }
            let blamesValue = problem.kind == .badValue
            problem.path = path
            problem.line = blamesValue ? entry.valueLine : entry.line
            problem.column = blamesValue ? entry.valueColumn : entry.column
            problems.append(problem)
        }
        return problems
    }

    package mutating func read(_ toml: [UInt8], path: String) -> [SettingsProblem] {
        read(toml.span, path: path)
    }

    /// Takes over the argument of an option `-o`: `SECTION.KEY=VALUE`, where the value is everything behind
    /// the first `=`, and the items of a list are separated by commas.
    package mutating func override(_ argument: String) -> SettingsProblem? {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let key = parts.first, let value = parts.last else {
            return SettingsProblem(.badValue, "-o wants SECTION.KEY=VALUE", key: argument)
        }
        return assign(.argument(String(value)), to: String(key), origin: .option)
    }

    /// Where the value of the key `name` came from.
    package func origin(of name: String) -> SettingsOrigin {
        origins.last { $0.key == name }?.origin ?? .builtIn
    }

    private mutating func assign(
        _ value: SettingsValue, to name: String, origin: SettingsOrigin
    ) -> SettingsProblem? {
        guard let key = SettingsKey.named(name) else {
            let isTable = value == .table
            if isTable, SettingsKey.isSection(name) { return nil }
            return SettingsProblem(
                .unknownKey, isTable ? "there is no section of this name" : "there is no key of this name",
                key: name, hint: SettingsKey.suggestion(for: name, isSection: isTable))
        }
        var exchange = FieldExchange(.assign(value))
        key.exchange(&self, &exchange)
        if let problem = exchange.problem {
            return SettingsProblem(.badValue, problem, key: name, hint: exchange.hint)
        }
        origins.append(SettingsProvenance(key: name, origin: origin))
        return nil
    }
}

extension Configuration {
    /// What is set to values that do not go together; each of them alone is right.
    package func inconsistencies() -> [SettingsProblem] {
        var problems: [SettingsProblem] = []
        func note(_ key: String, _ message: String) {
            var problem = SettingsProblem(.inconsistent, message, key: key)
            if case .file(let path, let line) = origin(of: key) {
                problem.path = path
                problem.line = line
            }
            problems.append(problem)
        }
        if retry.warn > 0, retry.warn >= retry.expire {
            note("retry.warn", "no warning is sent: mail expires first (retry.expire)")
        }
        if let first = retry.schedule.steps.first, first.delay >= retry.expire {
            note("retry.schedule", "nothing is tried again: mail expires first (retry.expire)")
        }
        if case .deferFor(let seconds) = quota.over, spool.mode == .spool, seconds >= retry.expire {
            note("quota.over", "nothing is refused for it: mail expires first (retry.expire)")
        }
        if sieve.vacationMinimum > sieve.vacationMaximum {
            note("sieve.vacation-min", "more than sieve.vacation-max")
        }
        if !transport.srsDomain.isEmpty, transport.srsSecrets.isEmpty {
            note("transport.srs-domain", "nothing can be sent on: there is no secret (transport.srs-secrets)")
        }
        if limits.headerBytes < 1 << 14 {
            note("limits.header-bytes", "less than 16K: common mail is over this limit")
        }
        return problems
    }
}
