/// What a sender wants to be told (NOTIFY, RFC 3461 §4.1).
struct NotifyParameter: Equatable {
    var wantsSuccess = false
    var wantsFailure = true
    /// Where nothing was asked for, one notice of a delay is ours to send (RFC 3461 §4.1).
    var wantsDelay = true

    /// - Parameter text: `NEVER`, or words between commas; nil where nothing was asked for.
    init(_ text: String?) {
        guard let text, !text.isEmpty else { return }
        let words = text.uppercased().split(separator: ",")
        wantsSuccess = words.contains("SUCCESS")
        wantsFailure = words.contains("FAILURE")
        wantsDelay = words.contains("DELAY")
    }
}
