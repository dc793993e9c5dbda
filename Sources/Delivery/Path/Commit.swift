import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Settings
import Sieve
import Spool

/// Carries a Plan out, so that at every moment the message is whole somewhere or the starter still has it.
///
/// The order is what makes it safe. First the message is staged, which nobody sees; then what cannot be done
/// now, and what leaves this machine, is committed to the spool; only then copies are published. What fails
/// before that is told with "try again" and leaves nothing behind; a copy that cannot be published goes to the
/// spool as well, and if that fails, too, everything is taken back.
struct Commit {
    let configuration: Configuration
    let destination: Destination
    /// `-m`, for the spool.
    let mailbox: String?

    /// A copy to be stored, and where it stands in the Plan.
    private struct Store {
        let index: Int
        let mailbox: MailboxName
        let flags: MessageFlags
    }

    func carryOut(_ plan: Plan, _ arrival: consuming Arrival, in root: borrowing MailRoot) -> Outcome {
        var ledger = Ledger(plan)
        var folder: Folder?
        var quota = MailboxQuota(configuration: configuration, destination: destination)
        var stores = open(plan, size: arrival.size, in: root, &folder, &quota, &ledger)
        if let obstacle = ledger.quarantineObstacle { return hold(arrival, reason: obstacle) }
        let fullMailbox = FullMailbox(configuration)
        if ledger.lacksRoom {
            // Who has a part of it already, or will have, is not told that it was refused.
            if ledger.lacksNothingButRoom, fullMailbox.refuses(in: root) {
                return Outcome(.refused, EnhancedStatus.mailboxFull.asPermanent, MailboxQuota.objection)
            }
        } else if quota.hasRoom {
            fullMailbox.hasRoom(in: root)
        }
        let isOnDiskOnly = arrival.staged != nil
        let content = plan.storedContent
        if !stores.isEmpty, let failure = stage(&arrival, content, in: folder) {
            // The kernel forgets what it could not write: what can be read of such a file may not be what came.
            guard !isOnDiskOnly else { return .tryAgain("\(failure)", status: failure.status) }
            ledger.postpone(stores.map(\.index), "\(failure)", failure.status)
            stores = []
        }

        var entries: [EntryReference] = []
        if let failure = commitToSpool(ledger, arrival, &entries) { return failure }
        if let failure = publish(stores, &arrival, in: root, folder, &ledger, &entries) { return failure }
        quota.add(
            size: arrival.traceFields.count + (content?.count ?? arrival.message.bytes.count),
            in: stores.filter { ledger.isStored($0.index) }.map(\.mailbox), of: root)
        if ledger.copies > 0 {
            QuotaWarnings(configuration, destination, recipient: arrival.envelope.recipient).tell(
                quota, in: root)
        }
        for warning in quota.warnings { ledger.warn(warning) }
        return accepted(ledger, entries)
    }

    /// Leaves all of a Plan to the spool: nothing is stored here, and no mail root is opened.
    func handOver(_ plan: Plan, _ arrival: borrowing Arrival) -> Outcome {
        var ledger = Ledger(plan)
        for (index, action) in plan.actions.enumerated() {
            if case .store = action.kind { ledger.handOver(index) }
        }
        var entries: [EntryReference] = []
        if let failure = commitToSpool(ledger, arrival, &entries) { return failure }
        return accepted(ledger, entries)
    }

    /// Puts the whole message into the spool because its destination cannot be reached at all.
    ///
    /// - Parameter cause: by whose schedule it is tried again; nil for the general one.
    func postpone(
        _ arrival: borrowing Arrival, reason: String, status: EnhancedStatus, cause: DelayCause? = nil
    ) -> Outcome {
        guard configuration.spool.mode == .spool else { return .tryAgain(reason, status: status) }
        do throws(SpoolError) {
            let entry = try commitToSpool([.deliver], nil, reason, arrival, cause: cause)
            var outcome = Outcome(.accepted, .success, "deferred: \(reason)")
            outcome.spoolEntries = [entry]
            return outcome
        } catch {
            return .tryAgain("\(reason); spool: \(error)", status: status)
        }
    }

    /// Puts the whole message into the spool, where it stays until a person releases it. Whatever `spool.mode` says:
    /// nobody else would keep it.
    func hold(_ arrival: borrowing Arrival, reason: String) -> Outcome {
        let envelope = SpooledWork.envelope(
            arrival.envelope, destination: destination, mailbox: mailbox, tasks: [.deliver], reason: reason,
            quarantined: reason, created: .now())
        let spool = SpoolAccess(configuration: configuration, owner: destination.identity.user)
        do throws(SpoolError) {
            let entry = try spool.open().commitOnHold(
                envelope, head: [], body: arrival.message.bytes.span)
            var outcome = Outcome(.accepted, .success, "on hold: \(reason)")
            outcome.spoolEntries = [entry]
            return outcome
        } catch {
            return .tryAgain("\(reason); spool: \(error)")
        }
    }

    // MARK: Before anything is visible

    /// The stores whose folders can be opened. The folder of the first stays open.
    ///
    /// All of them have one content: what has another is left to the spool, which tries it at once.
    private func open(
        _ plan: Plan, size: Int, in root: borrowing MailRoot, _ first: inout Folder?,
        _ quota: inout MailboxQuota, _ ledger: inout Ledger
    ) -> [Store] {
        var stores: [Store] = []
        var warnings: [String] = []
        let content = plan.storedContent
        let choice = MailboxChoice(configuration)
        for (index, action) in plan.actions.enumerated() {
            guard case .store(let name, let flags, let creating) = action.kind else { continue }
            guard action.content == content else {
                ledger.handOver(index)
                continue
            }
            do throws(MaildirError) {
                var folder = try choice.open(
                    name, creating: creating, for: action.origin, in: root, &warnings)
                var mailbox = folder.name
                if let earlier = stores.first(where: { $0.mailbox == mailbox }) {
                    ledger.merged(index, into: earlier.index)
                    continue
                }
                var room = quota.room(for: size, in: mailbox, of: root)
                if room == .elsewhere {
                    warnings.append("\(mailbox.text) is full; stored in INBOX")
                    mailbox = .inbox
                    if let earlier = stores.first(where: { $0.mailbox == mailbox }) {
                        ledger.merged(index, into: earlier.index)
                        continue
                    }
                    folder = try root.folder(.inbox, creating: true)
                    room = quota.room(for: size, in: mailbox, of: root)
                }
                guard room != .none else {
                    ledger.lackRoom(index, MailboxQuota.objection)
                    continue
                }
                stores.append(Store(index: index, mailbox: mailbox, flags: MessageFlags(imapFlags: flags)))
                if stores.count == 1 { first = consume folder }
            } catch {
                if choice.isMisnamedQuarantine(error, name, creating: creating, for: action.origin) {
                    ledger.cannotQuarantine("\(error)")
                }
                ledger.postpone([index], "\(error)", error.status)
            }
        }
        for warning in warnings { ledger.warn(warning) }
        return stores
    }

    /// - Parameter content: what is to be stored; nil for the message as it came in.
    private func stage(
        _ arrival: inout Arrival, _ content: MessageContent?, in folder: borrowing Folder?
    ) -> MaildirError? {
        do throws(MaildirError) {
            if let content {
                // What is copied must be what came: the kernel forgets what it could not write.
                try arrival.staged?.synchronize()
                let head = arrival.traceFields + content.header.array(0..<content.header.count)
                let body = content.source.dropping(first: content.bodyStart)
                if let message = try Self.stage(head, body, in: folder) { arrival.staged = consume message }
            } else if arrival.staged == nil,
                let message = try Self.stage(arrival.traceFields, arrival.message.bytes, in: folder)
            {
                arrival.staged = consume message
            }
            try arrival.staged?.synchronize()
            return nil
        } catch {
            arrival.staged = nil
            return error
        }
    }

    private static func stage(
        _ traceFields: [UInt8], _ bytes: SharedBytes, in folder: borrowing Folder?
    ) throws(MaildirError) -> StagedMessage? {
        switch folder {
        case .some(let folder):
            var message = try folder.stage()
            message.removeOnSignal()
            try message.write(traceFields, then: bytes.span)
            return message
        case .none: return nil
        }
    }

    /// All that the spool has to take, or nothing of it.
    ///
    /// - Returns: why nothing; nil if that went well.
    private func commitToSpool(
        _ ledger: Ledger, _ arrival: borrowing Arrival, _ entries: inout [EntryReference]
    ) -> Outcome? {
        guard ledger.needsSpool else { return nil }
        if ledger.hasPostponed, configuration.spool.mode == .tempfail {
            return .tryAgain(ledger.reason, status: ledger.status)
        }
        do throws(SpoolError) {
            for group in ledger.tasksByContent {
                entries.append(
                    try commitToSpool(
                        group.tasks, group.content, ledger.reason, arrival,
                        isPart: ledger.isPart(group.tasks.count)))
            }
            return nil
        } catch {
            remove(entries)
            guard ledger.hasPostponed else { return .tryAgain("spool: \(error)") }
            return .tryAgain("\(ledger.reason); spool: \(error)", status: ledger.status)
        }
    }

    private func commitToSpool(
        _ tasks: [SpooledWork.Task], _ content: MessageContent?, _ reason: String,
        _ arrival: borrowing Arrival, cause: DelayCause? = nil, isPart: Bool = false
    ) throws(SpoolError) -> EntryReference {
        let now = WallTime.now()
        let spool = SpoolAccess(configuration: configuration, owner: destination.identity.user)
        let envelope = SpooledWork.envelope(
            arrival.envelope, destination: destination, mailbox: mailbox, tasks: tasks, reason: reason,
            cause: cause, isPart: isPart, created: now)
        // What leaves the machine is tried at once; what was postponed was tried just now.
        let causes = cause.map { [(cause: $0, domain: String?.none)] } ?? []
        let due = reason.isEmpty ? now : spool.nextAttempt(after: 1, causes: causes, now: now)
        guard let content else {
            return try spool.open().commit(envelope, head: [], body: arrival.message.bytes.span, due: due)
        }
        return try spool.open().commit(envelope, content, due: due)
    }

    // MARK: The last step

    /// Publishes all copies; nil if every one is visible and durable, or in the spool.
    private func publish(
        _ stores: [Store], _ arrival: inout Arrival, in root: borrowing MailRoot, _ first: borrowing Folder?,
        _ ledger: inout Ledger, _ entries: inout [EntryReference]
    ) -> Outcome? {
        var published: [PublishedMessage] = []
        for (position, store) in stores.enumerated() {
            let isLast = position == stores.count - 1
            do throws(MaildirError) {
                let copy = try publish(store, position == 0, isLast, &arrival, in: root, first, &published)
                for warning in copy.warnings { ledger.warn("\(warning)") }
                ledger.stored(store.index, as: copy.fileName)
            } catch {
                let rest = stores[position...].map(\.index)
                ledger.postpone(rest, "\(error)", error.status)
                guard let taken = takeOver(rest, ledger, arrival) else {
                    return takeBack(published, entries, ledger)
                }
                entries += taken
                break
            }
        }
        SignalPolicy.clearLitter()
        return nil
    }

    private func publish(
        _ store: Store, _ isFirst: Bool, _ isLast: Bool, _ arrival: inout Arrival,
        in root: borrowing MailRoot,
        _ first: borrowing Folder?, _ published: inout [PublishedMessage]
    ) throws(MaildirError) -> PublishedMessage {
        switch first {
        case .some(let folder) where isFirst:
            return try publish(store, isLast, &arrival, in: folder, &published)
        default:
            return try publish(store, isLast, &arrival, in: root.folder(store.mailbox), &published)
        }
    }

    private func publish(
        _ store: Store, _ isLast: Bool, _ arrival: inout Arrival, in folder: borrowing Folder,
        _ published: inout [PublishedMessage]
    ) throws(MaildirError) -> PublishedMessage {
        guard let copy = try arrival.staged?.publish(into: folder, flags: store.flags, keepingStaged: !isLast)
        else {
            throw .notPublishable(path: folder.path)
        }
        published.append(copy)
        do throws(MaildirError) {
            try folder.synchronize()
        } catch {
            // It can be seen, but may not outlast a crash: that is no delivery, and must not become a second one.
            _ = try? copy.retract()
            published.removeLast()
            throw error
        }
        folder.cleanStaleFiles()
        return copy
    }

    private func takeOver(
        _ indices: [Int], _ ledger: Ledger, _ arrival: borrowing Arrival
    ) -> [EntryReference]? {
        guard configuration.spool.mode == .spool else { return nil }
        var entries: [EntryReference] = []
        for group in SpooledWork.group(indices.map { .perform(ledger.plan.actions[$0]) }) {
            let isPart = ledger.isPart(group.tasks.count)
            guard
                let entry = try? commitToSpool(
                    group.tasks, group.content, ledger.reason, arrival, isPart: isPart)
            else {
                remove(entries)
                return nil
            }
            entries.append(entry)
        }
        return entries
    }

    private func remove(_ entries: [EntryReference]) {
        guard !entries.isEmpty else { return }
        let spool = SpoolAccess(configuration: configuration, owner: destination.identity.user)
        for entry in entries { _ = try? spool.open().remove(entry) }
    }

    private func takeBack(
        _ published: [PublishedMessage], _ entries: [EntryReference], _ ledger: Ledger
    ) -> Outcome {
        for copy in published { _ = try? copy.retract() }
        remove(entries)
        return .tryAgain(ledger.reason, status: ledger.status)
    }

    private func accepted(_ ledger: Ledger, _ entries: [EntryReference]) -> Outcome {
        var outcome = Outcome(.accepted, .success, ledger.summary)
        if let reason = ledger.plan.refusal { outcome = Outcome(.refused, .refused, reason) }
        outcome.results = ledger.results
        outcome.warnings = ledger.warnings
        outcome.spoolEntries = entries
        return outcome
    }
}

extension MaildirError {
    /// What it means for the message: never a verdict on it.
    var status: EnhancedStatus {
        code.map { SystemErrorStatus(code: $0).status } ?? .mailboxTrouble
    }
}
