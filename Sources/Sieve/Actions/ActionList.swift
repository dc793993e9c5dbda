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
    /// Whether the script has cancelled the implicit keep (RFC 5228 §2.10.2).
    private var cancelsKeep = false
    /// The keep that handed the message to this script; nil if it was implicit.
    private var handedOn: SieveAction?

    /// Whether a keep is in effect, implicit or explicit.
    var keepsMessage: Bool { !cancelsKeep || actions.contains(where: \.isKeep) }

    mutating func beginScript(named name: String) {
        if let keep = actions.first(where: \.isKeep) { handedOn = keep }
        actions.removeAll(where: \.isKeep)
        before = actions
        cancelsKeep = false
        script = name
    }

    /// As if the script had not run.
    mutating func dropScript() {
        actions = before
        cancelsKeep = false
    }

    /// Adds the action, or merges it with one that does the same.
    ///
    /// - Returns: What is wrong, if the action cannot be taken.
    mutating func add(_ action: SieveAction, _ limits: SieveLimits) -> String? {
        for other in actions {
            if let conflict = action.conflict(with: other) { return conflict }
        }
        if action.cancelsImplicitKeep { cancelsKeep = true }
        if let index = actions.firstIndex(where: {
            !$0.isKeep == !action.isKeep && $0.isSameDelivery(as: action)
        }) {
            actions[index] = actions[index].merged(with: action)
            return nil
        }
        guard actions.count < limits.actions else { return "more than \(limits.actions) actions" }
        if action.isRedirect, actions.count(where: \.isRedirect) >= limits.redirects {
            return "more than \(limits.redirects) redirects"
        }
        actions.append(action)
        return nil
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
        guard let keep = actions.firstIndex(where: \.isKeep),
            let stored = actions.firstIndex(where: { !$0.isKeep && $0.isSameDelivery(as: actions[keep]) })
        else { return }
        let (first, second) = (min(keep, stored), max(keep, stored))
        actions[first] = actions[first].merged(with: actions[second])
        actions.remove(at: second)
    }
}

extension SieveAction {
    /// One action for both this one and `later`, which does the same: at this one's place, with the flags of the
    /// later command. The implicit keep, which no command asked for, changes no flags.
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
