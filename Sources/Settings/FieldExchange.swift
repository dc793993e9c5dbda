/// How a field of the configuration and its text meet: the one place that knows each type's grammar.
///
/// A key hands its field to the function of its type; whether the field is set, shown or described, the
/// exchange knows. Invariant: a field changes only where there is no ``problem``.
struct FieldExchange {
    enum Purpose {
        case assign(SettingsValue)
        case show
    }

    private let purpose: Purpose
    /// Why the value was not taken.
    private(set) var problem: String?
    private(set) var hint: String?
    /// After showing: the value as TOML writes it.
    private(set) var literal = ""
    /// After showing: what the key wants, in words.
    private(set) var grammar = ""

    init(_ purpose: Purpose) {
        self.purpose = purpose
    }

    mutating func flag(_ field: inout Bool) {
        exchange(&field, "true or false", literal: { String($0) }) { value in
            switch value {
            case .boolean(let flag): flag
            case .argument("true"), .argument("yes"): true
            case .argument("false"), .argument("no"): false
            default: nil
            }
        }
    }

    mutating func count(_ field: inout Int, _ range: ClosedRange<Int>) {
        exchange(&field, "a number \(Self.words(range) { String($0) })", literal: { String($0) }) { value in
            switch value {
            case .integer(let number): Self.checked(number, range)
            case .argument(let text): Self.checked(Quantity.natural(text), range)
            default: nil
            }
        }
    }

    mutating func size(_ field: inout Int, _ range: ClosedRange<Int>) {
        exchange(
            &field, "\(ByteSize.grammar), \(Self.words(range, ByteSize.text))",
            literal: { Self.quoted(ByteSize.text($0)) }
        ) { value in
            switch value {
            case .integer(let bytes): Self.checked(bytes, range)
            case .text(let text), .argument(let text): Self.checked(ByteSize.bytes(text), range)
            default: nil
            }
        }
    }

    mutating func duration(_ field: inout Int, _ range: ClosedRange<Int>) {
        exchange(
            &field, "\(TimeSpan.grammar), \(Self.words(range, TimeSpan.text))",
            literal: { Self.quoted(TimeSpan.text($0)) }
        ) { value in
            switch value {
            case .integer(0): Self.checked(0, range)
            case .text(let text), .argument(let text): Self.checked(TimeSpan.seconds(text), range)
            default: nil
            }
        }
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ field: inout Choice) {
        exchange(&field, Self.oneOf(Choice.self), literal: { Self.quoted($0.rawValue) }) { value in
            value.string.flatMap { Choice(rawValue: $0) }
        }
        if problem != nil, case .assign(let value) = purpose, let string = value.string {
            let candidates = Choice.allCases.lazy.map(\.rawValue)
            hint = Suggestion.nearest(to: string, among: candidates).map {
                "did you mean \(Self.quoted($0))?"
            }
        }
    }

    mutating func textual<Value: TextualSetting>(_ field: inout Value) {
        exchange(&field, Value.grammar, literal: { Self.quoted($0.text) }) { value in
            value.string.flatMap { Value(text: $0) }
        }
    }

    mutating func textuals<Value: TextualSetting>(_ field: inout [Value]) {
        exchange(&field, "a list; each is \(Value.grammar)", literal: { Self.list($0.map(\.text)) }) {
            value in
            guard let items = value.strings else { return nil }
            let values = items.compactMap { Value(text: $0) }
            return values.count == items.count ? values : nil
        }
    }

    /// A list whose items have commas of their own: an option's are between semicolons.
    mutating func schedules(_ field: inout [SpecialSchedule]) {
        exchange(
            &field, "a list; each is \(SpecialSchedule.grammar)", literal: { Self.list($0.map(\.text)) }
        ) { value in
            var items = value.strings
            if case .argument(let text) = value {
                items = text.split(separator: ";", maxSplits: 100).map { String($0.trimmed) }
            }
            guard let items else { return nil }
            let values = items.compactMap { SpecialSchedule(text: $0) }
            return values.count == items.count ? values : nil
        }
    }

    /// As ``schedules(_:)``.
    mutating func folderQuotas(_ field: inout [FolderQuota]) {
        exchange(
            &field, "a list; each is \(FolderQuota.grammar)", literal: { Self.list($0.map(\.text)) }
        ) { value in
            var items = value.strings
            if case .argument(let text) = value {
                items = text.split(separator: ";", maxSplits: 1000).map { String($0.trimmed) }
            }
            guard let items else { return nil }
            let quotas = items.compactMap { FolderQuota(text: $0) }
            return quotas.count == items.count ? quotas : nil
        }
    }

    /// Strings in which spaces count.
    mutating func secrets(_ field: inout [String]) {
        exchange(
            &field, "a list of secrets, or of paths of files with a secret a line",
            literal: { Self.list($0) }
        ) { value in
            guard let items = value.strings else { return nil }
            return items.allSatisfy { !$0.isEmpty && Self.isPlain($0, maximum: 4000) } ? items : nil
        }
    }

    /// As ``textual(_:)``, where the file may also have a list of strings.
    mutating func schedule(_ field: inout RetrySchedule) {
        exchange(&field, RetrySchedule.grammar, literal: { Self.quoted($0.text) }) { value in
            if case .list(let items) = value { return RetrySchedule(text: items.joined(separator: ",")) }
            return value.string.flatMap { RetrySchedule(text: $0) }
        }
    }

    mutating func template(_ field: inout PathTemplate) {
        exchange(&field, Self.templateGrammar, literal: { Self.quoted($0.text) }) { value in
            value.string.flatMap { PathTemplate($0) }
        }
    }

    mutating func templates(_ field: inout [PathTemplate]) {
        exchange(&field, "a list; each is \(Self.templateGrammar)", literal: { Self.list($0.map(\.text)) }) {
            value in
            guard let items = value.strings else { return nil }
            let templates = items.compactMap { PathTemplate($0) }
            return templates.count == items.count ? templates : nil
        }
    }

    /// Texts of printable characters, spaces among them.
    mutating func texts(_ field: inout [String]) {
        exchange(&field, "a list of texts", literal: { Self.list($0) }) { value in
            guard let items = value.strings else { return nil }
            return items.allSatisfy { !$0.isEmpty && Self.isPlain($0, maximum: 1000) } ? items : nil
        }
    }

    /// Strings that are names: no spaces, nothing that is not ASCII.
    mutating func names(_ field: inout [String]) {
        exchange(&field, "a list of names", literal: { Self.list($0) }) { value in
            guard let items = value.strings else { return nil }
            return items.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(Self.isGraphic) } ? items : nil
        }
    }

    mutating func path(_ field: inout String) {
        exchange(&field, "an absolute path", literal: { Self.quoted($0) }) { value in
            guard let path = value.string, path.utf8.first == UInt8(ascii: "/") else { return nil }
            return Self.isPlain(path, maximum: PathTemplate.maximumLength) ? path : nil
        }
    }

    /// An absolute path, or nothing.
    mutating func optionalPath(_ field: inout String) {
        exchange(&field, "an absolute path, or nothing", literal: { Self.quoted($0) }) { value in
            guard let path = value.string, path.isEmpty || path.utf8.first == UInt8(ascii: "/") else {
                return nil
            }
            return Self.isPlain(path, maximum: PathTemplate.maximumLength) ? path : nil
        }
    }

    /// A template, or nothing.
    mutating func optionalTemplate(_ field: inout PathTemplate?) {
        exchange(
            &field, "\(Self.templateGrammar), or nothing", literal: { Self.quoted($0?.text ?? "") }
        ) { value in
            guard let text = value.string else { return nil }
            return text.isEmpty ? .some(nil) : PathTemplate(text).map { .some($0) }
        }
    }

    /// The name of a header field, or nothing.
    mutating func fieldName(_ field: inout String) {
        exchange(&field, "the name of a header field, or nothing", literal: { Self.quoted($0) }) { value in
            guard let name = value.string, name.utf8.count <= 100 else { return nil }
            return name.utf8.allSatisfy { Self.isGraphic($0) && $0 != UInt8(ascii: ":") } ? name : nil
        }
    }

    /// Mailboxes by what they are for.
    mutating func specialUses(_ field: inout [SpecialUse]) {
        exchange(&field, "a list of \(SpecialUse.grammar)", literal: { Self.list($0.map(\.text)) }) { value in
            guard let items = value.strings else { return nil }
            let uses = items.compactMap { SpecialUse($0) }
            return uses.count == items.count ? uses : nil
        }
    }

    /// The name of an account.
    mutating func userName(_ field: inout String) {
        exchange(&field, "the name of an account", literal: { Self.quoted($0) }) { value in
            guard let name = value.string, 1...32 ~= name.utf8.count, name.utf8.first != UInt8(ascii: "-"),
                name.utf8.allSatisfy({ Self.isGraphic($0) && $0 != UInt8(ascii: ":") })
            else { return nil }
            return name
        }
    }

    /// An address or a host's name: it is written into header fields.
    mutating func address(_ field: inout String, _ grammar: String) {
        exchange(&field, grammar, literal: { Self.quoted($0) }) { value in
            guard let address = value.string, Self.isPlain(address, maximum: 254) else { return nil }
            return address.utf8.contains { $0 == 0x20 || $0 == 0x3C || $0 == 0x3E } ? nil : address
        }
    }

    /// ASCII punctuation characters.
    mutating func delimiters(_ field: inout String) {
        exchange(&field, "up to 8 punctuation characters", literal: { Self.quoted($0) }) { value in
            guard let text = value.string, text.utf8.count <= 8 else { return nil }
            return text.utf8.allSatisfy(Self.isPunctuation) ? text : nil
        }
    }

    mutating func delimiter(_ field: inout UInt8) {
        let literal = { (byte: UInt8) in Self.quoted(String(UnicodeScalar(byte))) }
        exchange(&field, "one punctuation character", literal: literal) { value in
            guard let text = value.string, text.utf8.count == 1, let byte = text.utf8.first else {
                return nil
            }
            return Self.isPunctuation(byte) ? byte : nil
        }
    }

    /// - Parameter literal: the value as TOML writes it.
    private mutating func exchange<Value>(
        _ field: inout Value, _ grammar: @autoclosure () -> String, literal: (Value) -> String,
        parse: (SettingsValue) -> Value?
    ) {
        switch purpose {
        case .show:
            self.literal = literal(field)
            self.grammar = grammar()
        case .assign(let value):
            if let parsed = parse(value) {
                field = parsed
            } else {
                problem = "wants \(grammar()), and has \(value.shown)"
            }
        }
    }

    private static let templateGrammar =
        "an absolute path or one beneath ~, in which %u, %n, %d, %h and %% are expanded"

    private static func oneOf<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type) -> String {
        "one of " + Choice.allCases.map { quoted($0.rawValue) }.joined(separator: ", ")
    }

    private static func checked(_ number: Int?, _ range: ClosedRange<Int>) -> Int? {
        number.flatMap { range.contains($0) ? $0 : nil }
    }

    private static func words(_ range: ClosedRange<Int>, _ text: (Int) -> String) -> String {
        range.upperBound == .max
            ? "at least \(text(range.lowerBound))"
            : "from \(text(range.lowerBound)) to \(text(range.upperBound))"
    }

    private static func isGraphic(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
        return isGraphic(byte) && !isLetter && !(byte >= 0x30 && byte <= 0x39)
    }

    private static func isPlain(_ text: String, maximum: Int) -> Bool {
        text.utf8.count <= maximum && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private static func list(_ items: [String]) -> String {
        "[" + items.map(quoted).joined(separator: ", ") + "]"
    }

    /// A TOML basic string.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case let other where other.value < 0x20 || other.value == 0x7F:
                let digits = String(other.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: max(4 - digits.count, 0)) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension SettingsValue {
    /// A string, however it was given.
    fileprivate var string: String? {
        switch self {
        case .text(let text), .argument(let text): text
        default: nil
        }
    }

    /// A list of strings: an array, a single string, or an option's items between commas.
    fileprivate var strings: [String]? {
        switch self {
        case .list(let items): items.count <= Self.maximumItems ? items : nil
        case .text(let text): text.isEmpty ? [] : [text]
        case .argument(let text):
            text.isEmpty
                ? [] : text.split(separator: ",", maxSplits: Self.maximumItems).map { String($0.trimmed) }
        default: nil
        }
    }

    private static var maximumItems: Int { 1000 }

    /// For a message: the value itself where it is short, else its type.
    fileprivate var shown: String {
        switch self {
        case .text(let text) where text.utf8.count <= 80: FieldExchange.quoted(text)
        case .argument(let text) where text.utf8.count <= 80: FieldExchange.quoted(text)
        case .integer(let number): String(number)
        case .boolean(let flag): String(flag)
        default: description
        }
    }
}
