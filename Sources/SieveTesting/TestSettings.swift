import MailMessage
import Sieve

/// The settings that tests can change, by the names that Dovecot gives them.
///
/// What is set holds once it is reloaded. A name that nothing here knows may be set all the same.
struct TestSettings {
    private var values: [String: String] = [:]
    private var loaded: [String: String] = [:]
    private(set) var inForce = TestsuiteSettings(limits: SieveLimits(), subaddressDelimiters: "+")

    mutating func set(_ key: String, _ value: String?) { values[key] = value }

    /// - Returns: false if a value makes no sense; nothing has changed then.
    mutating func reload() -> Bool {
        loaded = values
        inForce = TestsuiteSettings(
            limits: limits, subaddressDelimiters: value("recipient_delimiter") ?? "+")
        return true
    }

    /// The value in force of the first of these names that has one; the later ones are older spellings.
    func value(_ names: String...) -> String? {
        for name in names {
            if let value = loaded[name] { return value }
        }
        return nil
    }

    /// A number, or a size such as `4k` or `1M`, in octets.
    func number(_ names: String...) -> Int? {
        for name in names {
            guard let (number, unit) = loaded[name].flatMap({ Quantity($0) })?.parts else { continue }
            let factor: Int? =
                switch unit {
                case "", "b": 1
                case "k", "kb": 1 << 10
                case "m", "mb": 1 << 20
                case "g", "gb": 1 << 30
                default: nil
                }
            if let product = factor.flatMap({ Quantity.product(number, $0) }) { return product }
        }
        return nil
    }

    func isOn(_ name: String, _ defaultValue: Bool = false) -> Bool {
        switch loaded[name]?.lowercased() {
        case "yes", "true", "1", "on": true
        case "no", "false", "0", "off": false
        default: defaultValue
        }
    }

    /// Seconds of a period such as `1d`, `10 secs` or a number of units.
    func period(_ name: String, unit: Int) -> Int? {
        guard let (number, word) = loaded[name].flatMap({ Quantity($0) })?.parts else { return nil }
        let factor: Int? =
            switch word {
            case "": unit
            case "s", "sec", "secs", "second", "seconds": 1
            case "m", "min", "mins", "minute", "minutes": 60
            case "h", "hour", "hours": 3600
            case "d", "day", "days": 86_400
            case "w", "week", "weeks": 7 * 86_400
            default: nil
            }
        return factor.flatMap { Quantity.product(number, $0) }
    }

    private var limits: SieveLimits {
        var limits = SieveLimits()
        // 0 is no limit; there is one all the same.
        if let actions = number("sieve_max_actions") { limits.actions = actions == 0 ? 10_000 : actions }
        if let redirects = number("sieve_max_redirects") { limits.redirects = redirects }
        if let bytes = number("sieve_max_script_size"), bytes > 0 { limits.scriptBytes = bytes }
        if let bytes = number("sieve_variables_max_value_size", "sieve_variables_max_variable_size") {
            limits.variableBytes = bytes
        }
        if let includes = number("sieve_include_max_includes") { limits.includes = includes }
        if let depth = number("sieve_include_max_nesting_depth") { limits.includeDepth = depth }
        if let notices = number("sieve_notify_max_notifications") { limits.notifications = notices }
        if let seconds = period("sieve_vacation_min_period", unit: 86_400) {
            limits.vacationMinimum = seconds
        }
        if let seconds = period("sieve_vacation_max_period", unit: 86_400) {
            limits.vacationMaximum = seconds
        }
        if let seconds = period("sieve_vacation_default_period", unit: 86_400) {
            limits.vacationDefault = seconds
        }
        if let bytes = number("sieve_editheader_max_header_size") {
            limits.addedFieldBytes = max(bytes, 1024)
        }
        limits.unaddableFields = protectedFields("forbid_add")
        limits.undeletableFields = protectedFields("forbid_delete")
        if let names = number("sieve_variables_max_scope_size", "sieve_variables_max_scope_count") {
            limits.variables = names
        }
        return limits
    }
}

// MARK: Fields and lists

extension TestSettings {
    /// The names of fields that scripts must leave alone, in lower case.
    private func protectedFields(_ what: String) -> [String] {
        var names = words("sieve_editheader_protected") + words("sieve_editheader_\(what)")
        for id in words("sieve_editheader_header") where isOn("sieve_editheader_header/\(id)/\(what)") {
            names.append(value("sieve_editheader_header/\(id)/name") ?? id)
        }
        return names.map { $0.lowercased() }
    }

    private func words(_ key: String) -> [String] {
        (value(key) ?? "").split { $0 == " " || $0 == "," }.map(String.init)
    }

    /// The file of a list that scripts may name (RFC 6134); nil if there is no such list.
    func listFile(_ name: String) -> String? {
        for id in words("sieve_extlists_list") {
            let key = "sieve_extlists_list/\(id)"
            guard value("\(key)/name") ?? id == name else { continue }
            return value("\(key)/dict/file/path")
        }
        return nil
    }

    /// An item of the environment that the site has set.
    func environment(_ name: String) -> String? {
        value("sieve_environment/\(name)", "sieve_env_\(name)")
    }
}

// MARK: What actions ask

extension TestSettings {
    /// How long one script may run; nil for as long as its file may.
    var scriptMilliseconds: Int? {
        period("sieve_max_cpu_time", unit: 1).map { $0.multipliedReportingOverflow(by: 1000).partialValue }
    }

    /// The user's own address, if it is not the recipient of the delivery.
    var userAddress: MailAddress? { value("sieve_user_email").flatMap { MailAddress(path: $0) } }

    /// Whose address the MAIL FROM of a redirected message is.
    var redirectSource: AddressSource { source("sieve_redirect_envelope_from") ?? .sender }
    /// Nil for the engine's own choice, as in those below.
    var noticeSource: AddressSource? { source("sieve_notify_mailto_envelope_from") }
    var reportSource: AddressSource? { source("sieve_report_from") }

    private func source(_ key: String) -> AddressSource? {
        value(key).flatMap { AddressSource(setting: $0) }
    }

    var vacation: VacationSettings {
        var vacation = VacationSettings()
        vacation.usesOriginalRecipient = isOn("sieve_vacation_use_original_recipient")
        vacation.checksRecipient =
            isOn("sieve_vacation_check_recipient", true)
            && !isOn("sieve_vacation_dont_check_recipient")
        vacation.sendsFromRecipient = isOn("sieve_vacation_send_from_recipient")
        vacation.takesSenderFromHeader = isOn("sieve_vacation_to_header_ignore_envelope")
        if let subject = value("sieve_vacation_default_subject"), !subject.isEmpty {
            vacation.defaultSubject = subject
        }
        if let template = value("sieve_vacation_default_subject_template"), !template.isEmpty {
            vacation.subjectTemplate = template
        }
        if let characters = number("sieve_vacation_max_subject_codepoints") {
            vacation.subjectCharacters = characters
        }
        return vacation
    }

    /// Folders that programs are looked for in, in order.
    var programFolders: [String] {
        ["sieve_execute_bin_dir", "sieve_filter_bin_dir", "sieve_pipe_bin_dir"].compactMap { value($0) }
    }

    /// How long a program may run.
    var programMilliseconds: Int {
        let seconds =
            period("sieve_pipe_exec_timeout", unit: 1) ?? period("sieve_filter_exec_timeout", unit: 1)
            ?? period("sieve_execute_exec_timeout", unit: 1) ?? 10
        // 0 is as long as it takes, which is no longer than a file of tests may take.
        return (seconds == 0 ? 60 : min(seconds, 60)) * 1000
    }

    /// How lines of the text end that programs are given; nil for as they are.
    var programLineEnds: LineEndStyle? {
        switch value("sieve_execute_input_eol")?.lowercased() {
        case "crlf": .crlf
        case "lf": .lf
        default: nil
        }
    }
}

/// Digits, and a word behind them.
private struct Quantity {
    let parts: (number: Int, unit: String)

    init?(_ text: String) {
        let digits = text.prefix { $0 >= "0" && $0 <= "9" }
        guard let number = Int(digits) else { return nil }
        parts = (number, text[digits.endIndex...].filter { $0 != " " }.lowercased())
    }

    static func product(_ number: Int, _ factor: Int) -> Int? {
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}
