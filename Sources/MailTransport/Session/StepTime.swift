/// How long a step of the dialogue may take (RFC 5321 §4.5.3.2). The raw value is in seconds.
enum StepTime: Int, Sendable {
    /// The greeting, EHLO and what else opens a session; MAIL; RCPT; RSET. RFC 5321 §4.5.3.2.1–3.
    case command = 300
    /// From DATA to 354. §4.5.3.2.4
    case data = 120
    /// For each piece of the message. §4.5.3.2.5
    case block = 180
    /// From the end of the message to its reply. §4.5.3.2.6
    case final = 600

    /// Seconds, at most what the site allows.
    func seconds(cappedAt limit: Int) -> Int { min(rawValue, max(limit, 1)) }
}
