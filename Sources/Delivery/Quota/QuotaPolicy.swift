import DeliveryStatus
import MailMessage
import Maildir
import Platform
package import Settings

/// What Postfix is to do with a recipient, by the room that he has.
///
/// Whatever goes wrong, the recipient is let pass: the delivery itself knows best (it waits, or is refused, later).
package struct QuotaPolicy: Sendable {
    /// What is answered.
    package enum Answer: Equatable, Sendable {
        /// Others decide.
        case pass
        /// The client is to try again, if nobody else refuses the recipient for good.
        case tryAgain
        case full
        case tooLarge
        case unknownUser

        /// As access(5) has it.
        package var action: String {
            switch self {
            case .pass: "DUNNO"
            case .tryAgain: "DEFER_IF_PERMIT 4.2.2 Mailbox full"
            case .full: "552 5.2.2 Mailbox full"
            case .tooLarge: "552 5.2.3 Message too large for this mailbox"
            case .unknownUser: "550 5.1.1 User unknown"
            }
        }
    }

    private let configuration: Configuration
    /// In small letters; users in them are known by the local part.
    private let domains: Set<String>
    private let refusesUnknown: Bool
    private let sums = SumCache()

    /// - Parameters:
    ///   - domains: in which the local part of an address is the user, as in this host's own and those of
    ///     `transport.own-domains`. In other domains a user is known by the whole address.
    ///   - refusesUnknown: whether a recipient in `domains` who is surely no user is refused.
    package init(_ configuration: Configuration, domains: [String], refusesUnknown: Bool) {
        self.configuration = configuration
        self.refusesUnknown = refusesUnknown
        let host = SystemSender(configuration: configuration).host
        self.domains = Set((domains + configuration.transport.ownDomains + [host]).map { $0.lowercased() })
    }

    /// - Parameter complain: gets why a recipient had to be let pass.
    package func answer(to request: PolicyRequest, complain: (String) -> Void = { _ in }) -> Answer {
        guard request.request == "smtpd_access_policy", !request.recipient.isEmpty,
            let address = MailAddress(path: request.recipient, allowingBareLocalPart: true)
        else { return .pass }
        do throws(DestinationFailure) {
            guard let destination = try destination(of: address) else {
                return refusesUnknown && isLocal(address) ? .unknownUser : .pass
            }
            return answer(for: destination, size: request.size, complain)
        } catch {
            complain("\(request.recipient.prefix(200)): \(error.reason)")
            return .pass
        }
    }

    private func isLocal(_ address: MailAddress) -> Bool {
        address.domain.isEmpty || domains.contains(address.domain.lowercased())
    }

    // MARK: The user

    /// The user as deliveries have him: by the whole address where the source knows such names, by the local part
    /// where the domain is ours; without the detail in either.
    private func destination(of address: MailAddress) throws(DestinationFailure) -> Destination? {
        let local = user(of: address.localPart)
        var names: [String] = []
        if configuration.users.source != .nameService, !address.domain.isEmpty {
            names.append("\(local)@\(address.domain.lowercased())")
        }
        if isLocal(address) { names.append(local) }
        for name in names {
            var request = DeliveryRequest()
            request.user = name
            do throws(DestinationFailure) {
                return try DestinationLookup(request: request, configuration: configuration).find()
            } catch {
                guard case .unknownUser = error else { throw error }
            }
        }
        return nil
    }

    private func user(of localPart: String) -> String {
        let delimiters = Array(configuration.users.subaddressDelimiters.utf8)
        let user = localPart.utf8.prefix { !delimiters.contains($0) }
        return user.isEmpty ? localPart : String(Substring(user))
    }

    // MARK: His room

    private func answer(
        for destination: Destination, size: Int, _ complain: (String) -> Void
    ) -> Answer {
        if SizeLimits(configuration, destination).objection(declared: size) != nil { return .tooLarge }
        // Only its owner keeps the sum.
        let isOwner = destination.identity.user == Identity.current().user
        var quota = MailboxQuota(
            configuration: configuration, destination: destination, access: isOwner ? .keeping : .looking)
        guard quota.limit != nil else { return .pass }
        switch MailboxState(configuration: configuration, destination: destination, creating: false) {
        case .closed(let reason, _):
            complain("\(destination.userName): \(reason)")
            return .pass
        case .open(let root):
            return answer(of: &quota, in: root, max(size, 1), isOwner: isOwner)
        }
    }

    private func answer(
        of quota: inout MailboxQuota, in root: borrowing MailRoot, _ size: Int, isOwner: Bool
    ) -> Answer {
        let now = SteadyTime.now()
        if let known = sums.usage(of: root.path, at: now) { quota.believe(known) }
        let room = quota.room(for: size, in: .inbox, of: root)
        if let summed = quota.summedUsage { sums.keep(summed, of: root.path, at: now) }
        guard room == .none else { return .pass }
        return FullMailbox(configuration).refuses(in: root, writing: isOwner) ? .full : .tryAgain
    }
}

extension DestinationFailure {
    fileprivate var reason: String {
        switch self {
        case .unknownUser(let name): "no such user: \(name)"
        case .refused(let reason), .unavailable(let reason): reason
        }
    }
}

/// Sums that had to be made of the messages themselves, for a moment: who asks again for a full mailbox is not worth
/// another look at all of it.
private final class SumCache: Sendable {
    private struct Sum: Sendable {
        let usage: QuotaUsage
        let end: SteadyTime
    }

    private static var milliseconds: Int { 10_000 }
    private static var mostSums: Int { 1000 }

    private let sums = Monitor<[String: Sum]>([:])

    func usage(of path: String, at now: SteadyTime) -> QuotaUsage? {
        sums.withLock { sums in
            guard let sum = sums[path], now < sum.end else { return nil }
            return sum.usage
        }
    }

    func keep(_ usage: QuotaUsage, of path: String, at now: SteadyTime) {
        let sum = Sum(usage: usage, end: now.advanced(milliseconds: Self.milliseconds))
        sums.withLock { sums in
            if sums.count >= Self.mostSums { sums = sums.filter { now < $0.value.end } }
            if sums.count < Self.mostSums { sums[path] = sum }
        }
    }
}
