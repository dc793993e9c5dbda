import MailMessage
import Platform
import Settings

/// How much is sent of a user's own accord: answers, notices, reports and rejections, all of them within an hour, and
/// those to one address within a day.
///
/// What was planned is counted when the spool has it. Two deliveries at the same moment may both have the last one.
struct ReplyLimits {
    private let settings: Configuration.Sieve
    private let memory: UserMemory

    private static let hour = 3600
    private static let day = 86_400

    init(_ settings: Configuration.Sieve, _ memory: UserMemory) {
        self.settings = settings
        self.memory = memory
    }

    /// Why nothing more may be sent to `address` for now; nil if it may, which is then to be remembered.
    func obstacle(
        to address: MailAddress, _ purpose: PlannedAction.Dispatch.Purpose, _ plan: inout Plan
    ) -> String? {
        let hourly = settings.maxRepliesPerHour
        let daily = settings.maxRepliesPerSender
        guard hourly > 0 || daily > 0 else { return nil }
        let prefix = Self.key(address)
        let planned = plan.memories.filter { $0.kind == .reply }
        if hourly > 0 {
            let sent = memory.count(.reply, [], within: Self.hour, most: hourly)
            // Where nothing is known, an answer can wait for the next message; what a rule sends cannot.
            if sent == nil, purpose == .reply { return "how many were sent is not known" }
            if planned.count + (sent ?? 0) >= hourly { return "\(hourly) were sent within an hour" }
        }
        if daily > 0 {
            let sent = memory.count(.reply, prefix, within: Self.day, most: daily) ?? 0
            let more = planned.count { $0.key.starts(with: prefix) }
            if sent + more >= daily { return "\(daily) were sent there within a day" }
        }
        let unique = Self.octets(Host.random())
        plan.memories.append(Memory(.reply, key: prefix + unique, seconds: Self.day))
        return nil
    }

    /// Of one length, so that no key begins with another's.
    private static func key(_ address: MailAddress) -> [UInt8] {
        let text = Array(address.text.lowercased().utf8)
        let hash = ContentHash(text.span)
        return octets(hash.first) + octets(hash.second)
    }

    private static func octets(_ number: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
    }
}
