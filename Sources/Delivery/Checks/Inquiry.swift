package import ContentChecks
import MailMessage
import Maildir
import Platform
package import Settings

/// One message's way through the checks.
struct Inquiry {
    private let configuration: Configuration
    private let settings: Configuration.Checks
    private let circumstances: Checks.Circumstances
    private let password: RspamdPassword
    private let silence: ScannerSilence?
    private(set) var verdicts = Verdicts()

    /// What a check has said, with the policy for that.
    struct Answer {
        var outcome: CheckResult.Outcome
        var detail = ""
        var policy: CheckPolicy?
        /// In words for the sender and the log; empty where nothing was found.
        var objection = ""

        static var passed: Answer { Answer(outcome: .passed) }
    }

    init(
        _ configuration: Configuration, _ circumstances: Checks.Circumstances, _ password: RspamdPassword,
        _ silence: ScannerSilence?
    ) {
        self.configuration = configuration
        settings = configuration.checks
        self.circumstances = circumstances
        self.password = password
        self.silence = silence
    }

    mutating func run(
        _ message: Message, _ scanned: borrowing ScannedMessage, _ envelope: ScannedEnvelope
    ) {
        askForViruses(scanned)
        askForAttachments(scanned)
        askUpstream(message)
        askForSpam(scanned, envelope)
        switch verdicts.decision {
        case .proceed, .quarantine:
            // An asking that ended before it came to them leaves no forged fields either.
            if !verdicts.results.contains(where: { $0.check == .upstream }) {
                verdicts.marks.removed = upstreamFields(of: message).forged
            }
            StatusFields(settings: settings, verdicts: verdicts).add(to: &verdicts.marks)
        case .hold, .reject, .discard, .defer: verdicts.marks = HeaderMarks()
        }
    }

    // MARK: Viruses

    private mutating func askForViruses(_ message: borrowing ScannedMessage) {
        let clamd = settings.clamd
        if !clamd.servers.isEmpty {
            let scanner = ClamdScanner(servers: clamd.servers, method: ClamdScanner.Method(clamd.method))
            let found = CheckPolicy(clamd.onVirus)
            ask(.clamd, clamd.timeout, clamd.onFailure) { deadline, verdicts throws(ScannerFailure) in
                let answer = try scanner.scan(message, until: deadline)
                verdicts.virus.add(answer)
                return Answer(answer, found, .clamd)
            }
        }
        let icap = settings.icap
        if !icap.servers.isEmpty {
            let scanner = ICAPScanner(services: icap.servers)
            let found = CheckPolicy(icap.onVirus)
            ask(.icap, icap.timeout, icap.onFailure) { deadline, verdicts throws(ScannerFailure) in
                let answer = try scanner.scan(message, until: deadline)
                verdicts.virus.add(answer)
                return Answer(answer, found, .icap)
            }
        }
    }

    // MARK: Attachments

    private mutating func askForAttachments(_ message: borrowing ScannedMessage) {
        let attachments = settings.attachments
        guard attachments.isAsked else { return }
        ask(.attachments, attachments.timeout, attachments.onFailure) {
            deadline, verdicts throws(ScannerFailure) in
            guard let program = AttachmentProgram.path(attachments) else {
                throw ScannerFailure(
                    .unreachable, scanner: "attachments", "there is no postmaster-attachments")
            }
            let examiner = AttachmentExaminer(
                program: program, limits: attachments.limits, magic: attachments.magic)
            let judgement = AttachmentJudgement(try examiner.examine(message, until: deadline), attachments)
            verdicts.attachments = judgement.words
            return judgement.answer
        }
    }

    // MARK: What our own hosts have found

    /// Fields of a scanner that others than our own hosts have written are removed; what is left counts.
    private mutating func askUpstream(_ message: Message) {
        guard !settings.upstream.hosts.isEmpty else { return }
        let (trusted, forged) = upstreamFields(of: message)
        ask(.upstream, .max, .keep) { _, verdicts throws(ScannerFailure) in
            verdicts.marks.removed = forged
            var words: [String] = []
            if !trusted.isEmpty { words.append("\(trusted.count) trusted") }
            if !forged.isEmpty { words.append("\(forged.count) removed") }
            return Answer(outcome: .passed, detail: words.joined(separator: ", "))
        }
    }

    private func upstreamFields(of message: Message) -> (trusted: [HeaderField], forged: [HeaderField]) {
        let upstream = settings.upstream
        guard !upstream.hosts.isEmpty else { return ([], []) }
        let sieve = configuration.sieve
        let own = [sieve.spamHeader, sieve.virusHeader, StatusFields.attachmentField]
        let names = upstream.fields + own.filter { !$0.isEmpty }
        return UpstreamFields(hosts: upstream.hosts, names: names, placement: upstream.placement).judge(
            message)
    }

    // MARK: Spam

    private mutating func askForSpam(_ message: borrowing ScannedMessage, _ envelope: ScannedEnvelope) {
        let spamd = settings.spamd
        if !spamd.servers.isEmpty, !isTooLarge(message, spamd.maxSize, .spamd) {
            let scanner = SpamdScanner(servers: spamd.servers)
            let found = CheckPolicy(spamd.onSpam)
            let user = spamd.perUser ? envelope.user : nil
            ask(.spamd, spamd.timeout, spamd.onFailure) { deadline, verdicts throws(ScannerFailure) in
                let answer = try scanner.check(message, user: user, until: deadline)
                verdicts.add(answer)
                return Answer(answer, answer.isSpam ? found : nil, .spamd)
            }
        }
        let rspamd = settings.rspamd
        if !rspamd.servers.isEmpty, !isTooLarge(message, rspamd.maxSize, .rspamd) {
            let password = password
            // A sweep of the user's may not read what root's may: the message waits for that one.
            let failure = silence != nil && password.isUnreadable ? .defer : rspamd.onFailure
            ask(.rspamd, rspamd.timeout, failure) { deadline, verdicts throws(ScannerFailure) in
                let scanner = RspamdScanner(servers: rspamd.servers, password: try password.text())
                let answer = try scanner.check(message, envelope, until: deadline)
                verdicts.add(answer)
                let policy: CheckPolicy? =
                    switch answer.action {
                    case "reject": CheckPolicy(rspamd.onReject)
                    default: answer.isSpam ? CheckPolicy(rspamd.onSpam) : nil
                    }
                return Answer(answer, policy, .rspamd)
            }
        }
    }

    private mutating func isTooLarge(
        _ message: borrowing ScannedMessage, _ limit: Int, _ check: CheckResult.Check
    ) -> Bool {
        guard limit > 0, message.bytes.count > limit else { return false }
        if verdicts.decision == .proceed {
            verdicts.results.append(CheckResult(check, .skipped, "larger than \(limit) bytes"))
        }
        return true
    }

    // MARK: Asking

    /// - Parameters:
    ///   - timeout: in seconds.
    ///   - failure: what becomes of a message for which `question` throws.
    private mutating func ask(
        _ check: CheckResult.Check, _ timeout: Int, _ failure: Configuration.Checks.Failure,
        _ question: (Deadline, inout Verdicts) throws(ScannerFailure) -> Answer
    ) {
        guard verdicts.decision == .proceed else { return }
        let start = SteadyTime.now()
        // A message that does not wait is worth every question.
        let silence = failure == .defer && circumstances.isPatient ? silence : nil
        var answer: Answer
        do throws(ScannerFailure) {
            try silence?.check(check)
            answer = try question(try deadline(check, timeout), &verdicts)
        } catch {
            silence?.note(error, of: check)
            if check == .clamd || check == .icap { verdicts.virus.add(nil) }
            answer = Answer(
                outcome: .unanswered, detail: ScannerText.fit("\(error)".utf8, longest: 256),
                policy: CheckPolicy(failure))
        }
        if let policy = answer.policy { answer.policy = settled(policy) }
        verdicts.results.append(
            CheckResult(
                check, answer.outcome, answer.detail, policy: answer.policy,
                milliseconds: SteadyTime.now().milliseconds - start.milliseconds))
        let reason = answer.objection.isEmpty ? "\(check.rawValue): \(answer.detail)" : answer.objection
        if let policy = answer.policy { decide(policy, reason) }
    }

    private func deadline(
        _ check: CheckResult.Check, _ timeout: Int
    ) throws(ScannerFailure) -> Deadline {
        let (milliseconds, overflow) = timeout.multipliedReportingOverflow(by: 1000)
        let left = circumstances.deadline?.remaining ?? .max
        guard left > 0 else {
            throw ScannerFailure(.tooSlow, scanner: check.rawValue, "no time was left to ask")
        }
        return Deadline(milliseconds: min(left, overflow ? .max : milliseconds))
    }

    /// The policy, as far as it makes sense now.
    private func settled(_ policy: CheckPolicy) -> CheckPolicy {
        switch policy {
        case .defer where !circumstances.isPatient: .tag
        // What a person has released is not taken away again, whichever check would.
        case .quarantine, .reject, .discard:
            circumstances.isReleased ? .tag : policy
        default: policy
        }
    }

    private mutating func decide(_ policy: CheckPolicy, _ reason: String) {
        switch policy {
        case .keep, .tag: break
        case .reject: verdicts.decision = .reject(reason: reason)
        case .discard: verdicts.decision = .discard(reason: reason)
        case .defer: verdicts.decision = .defer(reason: reason)
        case .quarantine: verdicts.decision = quarantine(reason)
        }
    }

    /// On hold also where the mailbox cannot be: another delivery agent that is not told of it would show the message
    /// to the user.
    private func quarantine(_ reason: String) -> Verdicts.Decision {
        let transport = configuration.transport
        guard case .mailbox(let text) = settings.quarantine,
            transport.local.isEmpty || transport.localDetail,
            let name = try? MailboxName(text, separator: configuration.mail.separator), !name.isInbox,
            (try? name.components(in: MailboxLayout(configuration.mail))) != nil
        else { return .hold(reason: reason) }
        return .quarantine(name, reason: reason)
    }
}

extension RspamdPassword {
    fileprivate var isUnreadable: Bool {
        if case .unreadable = self { true } else { false }
    }

    fileprivate func text() throws(ScannerFailure) -> String? {
        switch self {
        case .none: return nil
        case .known(let text): return text
        case .unreadable(let reason):
            throw ScannerFailure(.unreachable, scanner: "rspamd", "password: \(reason)")
        }
    }
}

extension Verdicts {
    /// Of several scanners the one counts that is surest.
    fileprivate mutating func add(_ answer: SpamAnswer) {
        if let spam, spam.fraction >= answer.fraction { return }
        spam = answer
    }
}

extension Inquiry.Answer {
    fileprivate init(_ answer: VirusAnswer, _ policy: CheckPolicy, _ check: CheckResult.Check) {
        switch answer {
        case .clean: self = .passed
        case .found(let name):
            let name = ScannerText.fit(name.utf8)
            self.init(
                outcome: .found, detail: name, policy: policy, objection: "virus \(name) (\(check.rawValue))")
        }
    }

    fileprivate init(_ answer: SpamAnswer, _ policy: CheckPolicy?, _ check: CheckResult.Check) {
        var detail = "score \(ScoreText.text(answer.score)) of \(ScoreText.text(answer.threshold))"
        if !answer.action.isEmpty { detail += ", \(ScannerText.fit(answer.action.utf8, longest: 32))" }
        self.init(
            outcome: policy == nil ? .passed : .found, detail: detail, policy: policy,
            objection: policy == nil ? "" : "spam, \(detail) (\(check.rawValue))")
    }
}

extension ClamdScanner.Method {
    package init(_ method: Configuration.Clamd.Method) {
        self =
            switch method {
            case .auto: .auto
            case .stream: .stream
            case .descriptor: .descriptor
            }
    }
}
