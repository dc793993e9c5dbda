/// The actions that scripts have taken so far, in order, each delivery once.
///
/// Whether the message is kept is up to the last script that ran: the keeps of the scripts before it only
/// handed the message on.
struct ActionList: Sendable {
    private(set) var actions: [SieveAction] = []
    /// The name of the script that is running, or ran last.
    private(set) var script = ""
    /// How it all was when the script began.
    private var before: [SieveAction] = []
    /// Where the script's own actions begin.
    private var firstOwn = 0
    /// Whether the script has cancelled the implicit keep (RFC 5228 §2.10.2).
    private var cancelsKeep = false
    /// The keep that handed the message to this script; nil if it was implicit.
    private var handedOn: SieveAction?
    /// How many of the actions, from the first on, have been carried out already. Only where scripts are
    /// tested does one go on after that.
    private var carriedOut = 0
    private var hasKept = false

    /// Whether a keep is in effect, implicit or explicit.
    var keepsMessage: Bool { !cancelsKeep || actions.contains(where: \.isKeep) }

    mutating func beginScript(named name: String) {
        if let keep = actions.first(where: \.isKeep) { handedOn = keep }
        actions.removeAll(where: \.isKeep)
        before = actions
        firstOwn = actions.count
        cancelsKeep = false
        script = name
    }

    /// As if the script had not run.
    mutating func dropScript() {
        actions = before
        firstOwn = actions.count
        cancelsKeep = false
    }

    /// Adds the action, or merges it with one that does the same.
    ///
    /// - Returns: What is wrong, if the action cannot be taken.
    mutating func add(_ action: SieveAction, _ limits: SieveLimits) -> String? {
        // What scripts before this one did, or what has been done, is no fault of this script's.
        for other in pending {
            if let conflict = action.conflict(with: other) { return conflict }
        }
        if action.cancelsImplicitKeep { cancelsKeep = true }
        guard settles(action) else { return nil }
        if let index = index(ofSameAs: action) {
            actions[index] = actions[index].merged(with: action)
            return nil
        }
        guard actions.count < limits.actions else {
            return "total number of actions exceeds policy limit (\(limits.actions))"
        }
        if action.isRedirect, actions.count(where: \.isRedirect) >= limits.redirects {
            return "number of redirect actions exceeds policy limit (\(limits.redirects))"
        }
        if action.isNotification, actions.count(where: \.isNotification) >= limits.notifications {
            return "more than \(limits.notifications) notifications"
        }
        actions.append(action)
        return nil
    }

    /// The action that this one would be merged with.
    func index(ofSameAs action: SieveAction) -> Int? {
        actions.firstIndex { !$0.isKeep == !action.isKeep && $0.isSameDelivery(as: action) }
    }

    /// The script's own actions, as far as they have not been carried out.
    var pending: ArraySlice<SieveAction> { actions[settledCount...] }

    /// Drops those of ``pending`` for which `kept`, in their order, is false.
    mutating func keepPending(_ kept: [Bool]) {
        let settled = settledCount
        let remaining = zip(actions[settled...], kept).filter(\.1).map(\.0)
        actions = [SieveAction](actions[..<settled]) + remaining
    }

    /// How many of the actions, from the first on, are not this script's, or have been carried out.
    private var settledCount: Int { min(max(firstOwn, carriedOut), actions.count) }

    /// Settles what this action, and those before the script, would tell the sender: only one of them may
    /// (RFC 5429 §2.4, RFC 5230 §4.7). A refusal comes before an answer that has not been sent.
    ///
    /// - Returns: whether the action is still to be taken.
    private mutating func settles(_ action: SieveAction) -> Bool {
        guard action.answers, let index = actions[..<settledCount].firstIndex(where: \.answers) else {
            return true
        }
        guard index >= carriedOut, case .reject = action.kind, case .vacation = actions[index].kind else {
            return false
        }
        actions.remove(at: index)
        firstOwn -= 1
        return true
    }

    /// Makes the implicit keep explicit, and merges keeps with what is filed into INBOX.
    ///
    /// - Parameter flags: Those of the internal variable in the end.
    /// - Parameter content: the message as scripts have left it.
    mutating func finish(flags: [String], content: MessageContent?) {
        if !cancelsKeep, !actions.contains(where: \.isKeep) {
            var kept = flags
            if case .keep(let explicit)? = handedOn?.kind { kept = explicit }
            actions.append(
                SieveAction(
                    kind: .keep(flags: kept), isCopy: false, isImplicit: true, script: script, line: 0,
                    content: content))
        }
        mergeKeep()
    }

    private mutating func mergeKeep() {
        guard let keep = actions.firstIndex(where: \.isKeep),
            let stored = actions.firstIndex(where: { !$0.isKeep && $0.isSameDelivery(as: actions[keep]) })
        else { return }
        let (first, second) = (min(keep, stored), max(keep, stored))
        actions[first] = actions[first].merged(with: actions[second])
        actions.remove(at: second)
    }
}

// MARK: Carrying out what there is so far, in tests

extension ActionList {
    /// The actions that commands asked for, without the implicit keep.
    var explicit: [SieveAction] {
        var copy = self
        copy.mergeKeep()
        return copy.actions
    }

    /// The actions that are still to be carried out, the implicit keep among them; from now on they count
    /// as done.
    ///
    /// - Parameters:
    ///   - flags: those of the internal variable.
    ///   - content: the message as scripts have left it.
    mutating func takePending(flags: [String], content: MessageContent?) -> [SieveAction] {
        var all = self
        all.finish(flags: flags, content: content)
        var pending = all.actions.dropFirst(carriedOut)
        if hasKept { pending.removeAll(where: \.isImplicit) }
        hasKept = hasKept || pending.contains(where: \.isImplicit)
        actions = all.actions.filter { !$0.isImplicit }
        carriedOut = actions.count
        return [SieveAction](pending)
    }

    /// Goes on with the actions of another script, which adds to those of the scripts before it.
    mutating func `continue`(asScript name: String) { script = name }
}

extension SieveAction {
    /// One action for both this one and `later`, which does the same: at this one's place, with the flags
    /// of the later command. The implicit keep, which no command asked for, changes no flags.
    fileprivate func merged(with later: SieveAction) -> SieveAction {
        let kind: Kind
        switch (self.kind, later.kind) {
        case (.fileInto(var target), .fileInto(let laterTarget)):
            if !later.isImplicit { target.flags = laterTarget.flags }
            target.creates = target.creates || laterTarget.creates
            kind = .fileInto(target)
        case (.fileInto(let target), .keep(let laterFlags)):
            kind = .keep(flags: later.isImplicit ? target.flags : laterFlags)
        case (.keep, .fileInto(let laterTarget)):
            kind = .keep(flags: laterTarget.flags)
        case (.keep(let flags), .keep(let laterFlags)):
            kind = .keep(flags: later.isImplicit ? flags : laterFlags)
        default:
            kind = self.kind
        }
        return SieveAction(
            kind: kind, isCopy: isCopy && later.isCopy, isImplicit: isImplicit, script: script, line: line,
            content: content)
    }
}
