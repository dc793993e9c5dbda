import MailMessage

// :zone <time-zone: string> / :originalzone                                                RFC 5260 §4.1

/// The zone in which a date is looked at.
enum DateZone: Sendable {
    /// That of the host, where no tag says otherwise.
    case local
    /// The one that the field has.
    case original
    /// Seconds that it is ahead of UTC.
    case fixed(Int)
    case named(Text)

    /// Reads the tag if it is about zones; false if it is not.
    static func read(
        _ tag: SyntaxTag, _ arguments: inout Arguments, _ validator: inout Validator,
        into zone: inout DateZone?, takesOriginal: Bool
    ) -> Bool {
        let isOriginal = takesOriginal && tag.name == Identifier("originalzone")
        guard isOriginal || tag.name == Identifier("zone") else { return false }
        if zone != nil { arguments.repeated(tag, &validator) }
        if isOriginal {
            zone = .original
            return true
        }
        zone = .local
        guard let string = arguments.string("zone", &validator), let text = validator.text(string) else {
            return true
        }
        guard case .literal(let bytes) = text else {
            zone = .named(text)
            return true
        }
        guard let offset = MailDate.zoneOffset(parsing: bytes.text) else {
            validator.diagnostics.warning(
                .invalidZone, at: string.position,
                "\"\(bytes.text)\" is not a zone; the local one is taken",
                hint: "a zone is +hhmm or -hhmm, as in \"+0100\"")
            return true
        }
        zone = .fixed(offset)
        return true
    }

    /// Seconds that the zone is ahead of UTC at that time; nil for what the date has itself.
    func offset(at seconds: Int64, in run: inout Interpretation) throws(RuntimeFailure) -> Int? {
        switch self {
        case .original: return nil
        case .fixed(let offset): return offset
        case .named(let text):
            if let offset = MailDate.zoneOffset(parsing: try run.expand(text).text) { return offset }
        case .local: break
        }
        return run.host.zoneOffset(at: seconds).multipliedReportingOverflow(by: 60).partialValue
    }
}
