/// A quota rule of Dovecot for all mailboxes together: `*:storage=1G:messages=1000`.
///
/// Rules of single folders, percentages and differences to other rules are none, and what cannot be understood says
/// nothing. What says that there is no limit, `0` or `unlimited`, is a rule as well: it stands in place of the site's.
struct QuotaRule: Equatable {
    /// Bytes with a unit, `0` for no limit; nil where nothing is said. Likewise messages.
    private var storage: String?
    private var messages: String?

    init?(_ rule: String) {
        let parts = rule.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.first == "*" else { return nil }
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: "=") else { return nil }
            let value = part[part.index(after: equals)...]
            switch part[..<equals] {
            // Dovecot counts storage in kilobytes where no unit is given.
            case "storage": storage = Self.storage(value, unit: "K")
            case "bytes": storage = Self.storage(value, unit: "")
            case "messages": messages = Self.messages(value)
            default: continue
            }
        }
        if storage == nil && messages == nil { return nil }
    }

    /// The same in the settings of Dovecot 2.4: `quota_storage_size` and `quota_message_count`.
    init?(storage: String, messages: String) {
        self.storage = Self.storage(storage[...], unit: "")
        self.messages = Self.messages(messages[...])
        if self.storage == nil && self.messages == nil { return nil }
    }

    /// `1G,1000`, `1G` or `,1000`; `0` for no limit at all.
    var text: String {
        let storage = storage ?? "0"
        guard let messages, messages != "0" else { return storage }
        return storage == "0" ? ",\(messages)" : "\(storage),\(messages)"
    }

    private static func storage(_ text: Substring, unit: String) -> String? {
        isUnlimited(text) ? "0" : size(text, unit: unit)
    }

    private static func messages(_ text: Substring) -> String? {
        isUnlimited(text) ? "0" : isNumber(text) ? String(text) : nil
    }

    /// Both are how Dovecot says that there is no limit.
    private static func isUnlimited(_ text: Substring) -> Bool {
        if text == "unlimited" { return true }
        let digits = text.last.map { "bBkKmMgGtT".contains($0) } == true ? text.dropLast() : text
        return !digits.isEmpty && digits.utf8.allSatisfy { $0 == UInt8(ascii: "0") }
    }

    /// The bytes of a size, `25M`; 0 for `0` and `unlimited`, nil for what is none.
    static func bytes(_ text: String) -> Int? {
        if text == "unlimited" || text == "0" { return 0 }
        guard let size = size(text[...], unit: ""), let last = size.utf8.last else { return nil }
        let shift: Int
        switch last {
        case UInt8(ascii: "K"): shift = 10
        case UInt8(ascii: "M"): shift = 20
        case UInt8(ascii: "G"): shift = 30
        default: return Int(size)
        }
        guard let number = Int(size.dropLast()) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : bytes
    }

    private static func size(_ text: Substring, unit: String) -> String? {
        if isNumber(text) { return text + unit }
        guard let letter = text.last, isNumber(text.dropLast()) else { return nil }
        let digits = String(text.dropLast())
        switch letter {
        case "b", "B": return digits
        case "k", "K": return digits + "K"
        case "m", "M": return digits + "M"
        case "g", "G": return digits + "G"
        case "t", "T":
            guard let terabytes = Int(digits) else { return nil }
            let (gigabytes, overflow) = terabytes.multipliedReportingOverflow(by: 1024)
            return overflow ? nil : "\(gigabytes)G"
        default: return nil
        }
    }

    /// Digits, not zero, which is no limit.
    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 18
            && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            && text.utf8.contains { $0 != UInt8(ascii: "0") }
    }
}
