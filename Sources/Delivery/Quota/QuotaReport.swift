import Maildir
import Platform
package import Settings

/// What a user may keep and has, for those who want to know.
package struct QuotaReport: Equatable, Sendable {
    package struct Amount: Equatable, Sendable {
        package let bytes: Int
        package let messages: Int

        init(_ usage: QuotaUsage) {
            bytes = usage.bytes
            messages = usage.messages
        }

        init(_ limit: Maildir.QuotaLimit) {
            bytes = limit.bytes
            messages = limit.messages
        }
    }

    package struct Folder: Equatable, Sendable {
        /// As scripts name it; as its directory is called where that is no mailbox's name.
        package let name: String
        package let usage: Amount
        package let counts: Bool
        /// The limit that it has of its own.
        package let limit: Amount?
        /// What more than the user's limit may be held with it.
        package let allowance: Amount?
    }

    package let user: String
    package let mailRoot: String
    /// Nil where nothing limits the user; 0 is no limit of that kind.
    package let limit: Amount?
    /// `user`, `site` or `maildirsize`; nil without a limit.
    package let source: String?
    /// Of the messages that are there.
    package let usage: Amount
    /// In hundredths of the limit.
    package let percent: Int
    /// What the file `maildirsize` says; nil where it says nothing.
    package let recorded: Amount?
    package let folders: [Folder]
    /// Since when mail has not fitted, as far as that is noted; seconds since the epoch.
    package let fullSince: Int?
    /// The threshold that the user was told of last; 0 for none.
    package let warned: Int

    /// Whether the file is right.
    package var isExact: Bool { recorded == usage }
}

/// Why nothing can be said of a user.
package struct QuotaInquiryFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
    /// Whether there is surely no such user.
    package let isUnknownUser: Bool
}

/// A look at a user's mailboxes, and the way to put their sum right.
package struct QuotaInquiry: Sendable {
    private let configuration: Configuration
    private let destination: Destination

    /// - Parameter user: nil for the one who asks.
    package init(_ configuration: Configuration, user: String?) throws(QuotaInquiryFailure) {
        self.configuration = configuration
        var request = DeliveryRequest()
        request.user = user
        do throws(DestinationFailure) {
            destination = try DestinationLookup(request: request, configuration: configuration).find()
        } catch {
            switch error {
            case .unknownUser(let name):
                throw QuotaInquiryFailure(description: "no such user: \(name)", isUnknownUser: true)
            case .refused(let reason), .unavailable(let reason):
                throw QuotaInquiryFailure(description: reason, isUnknownUser: false)
            }
        }
    }

    init(_ configuration: Configuration, destination: Destination) {
        self.configuration = configuration
        self.destination = destination
    }

    package var user: String { destination.userName }

    /// What is there; nothing is changed.
    package func report() throws(QuotaInquiryFailure) -> QuotaReport {
        try look(recalculating: false).after
    }

    /// Makes the file `maildirsize` anew, in one step; without a limit only where there is one.
    package func recalculate() throws(QuotaInquiryFailure) -> (
        before: QuotaReport.Amount?, after: QuotaReport
    ) {
        try look(recalculating: true)
    }

    private typealias Findings = (before: QuotaReport.Amount?, after: QuotaReport)

    /// As the user himself: nobody else looks into his directories, or writes there.
    private func look(recalculating: Bool) throws(QuotaInquiryFailure) -> Findings {
        let result: Result<Findings, QuotaInquiryFailure>
        do throws(SystemError) {
            result = try Identity.acting(
                as: destination.identity, supplementaryGroups: destination.supplementaryGroups
            ) {
                do throws(MaildirError) {
                    let root = try MailRoot(
                        opening: destination.mailRoot, layout: MailboxLayout(configuration.mail),
                        creating: false)
                    return try findings(in: root, recalculating)
                } catch {
                    return .failure(QuotaInquiryFailure(description: "\(error)", isUnknownUser: false))
                }
            }
        } catch {
            throw QuotaInquiryFailure(description: "\(error)", isUnknownUser: false)
        }
        return try result.get()
    }

    private func findings(
        in root: borrowing MailRoot, _ recalculating: Bool
    ) throws(MaildirError) -> Result<Findings, QuotaInquiryFailure> {
        let before = try root.recordedUsage()
        let quota = MailboxQuota(configuration: configuration, destination: destination)
        var limit = quota.limit
        if limit == nil, let stated = before?.limit, stated != Maildir.QuotaLimit.none { limit = stated }
        if recalculating, limit != nil || before != nil {
            var file = root.quota(limit: limit ?? Maildir.QuotaLimit.none, counting: quota.rules.scope)
            file.recalculate()
            if let warning = file.warnings.first {
                return .failure(QuotaInquiryFailure(description: "\(warning)", isUnknownUser: false))
            }
        }
        let folders = try root.usageByMailbox(counting: quota.rules.scope)
        var usage = QuotaUsage()
        for folder in folders where folder.counts { usage.add(folder.usage) }
        var warned = 0
        if let directory = try? Directory(opening: root.path) { warned = QuotaWarnings.told(in: directory) }
        let after = QuotaReport(
            user: destination.userName, mailRoot: destination.mailRoot, limit: limit.map { .init($0) },
            source: quota.source?.rawValue ?? (limit == nil ? nil : "maildirsize"), usage: .init(usage),
            percent: limit?.fullness(with: usage) ?? 0,
            recorded: try root.recordedUsage().map { .init($0.usage) },
            folders: folders.map { self.folder($0, quota.rules, limit) }, fullSince: FullMailbox.since(root),
            warned: warned)
        return .success((before.map { .init($0.usage) }, after))
    }

    private func folder(
        _ folder: MailboxUsage, _ rules: FolderRules, _ limit: Maildir.QuotaLimit?
    ) -> QuotaReport.Folder {
        let rule = folder.mailbox.flatMap { rules.rule(for: $0) }
        let allowance = FolderRules.allowance(rule, beyond: limit ?? Maildir.QuotaLimit.none)
        return QuotaReport.Folder(
            name: folder.mailbox?.text ?? folder.directory, usage: .init(folder.usage), counts: folder.counts,
            limit: FolderRules.own(rule).map { .init($0) },
            allowance: allowance == Maildir.QuotaLimit.none ? nil : .init(allowance))
    }
}
