// redirect [:bytimerelative <rlimit: number> / :bytimeabsolute <alimit: string>
//           [:bymode "notify" / "return"] [:bytrace]] …                                         RFC 6009 §6

/// What the tags say of the time, until the command puts it together.
struct DeliverByOptions: Sendable {
    /// Seconds from now.
    var seconds: Int?
    /// RFC 6009 §6: without `:bymode` the sender is only told.
    var returnsMessage = false
    var traces = false
}

/// The time that the delivery may take, in seconds.
struct ByTimeRelativeTag: ActionTag {
    static let tag = "bytimerelative"
    static var commands: [String] { [RedirectCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        arguments.number("seconds", &validator).map {
            ByTimeRelativeTag(seconds: Int(min($0, UInt64(DeliverBy.longest))))
        }
    }

    let seconds: Int

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.deliverBy.seconds = seconds
    }
}

/// The time at which the message has to be there, such as `2010-10-20T22:00:00+0100`.
struct ByTimeAbsoluteTag: ActionTag {
    static let tag = "bytimeabsolute"
    static var commands: [String] { [RedirectCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        arguments.deliveryRequest(
            "a time as 2010-10-20T22:00:00+01:00", &validator, parse: ISO8601Time.seconds
        )
        .map { ByTimeAbsoluteTag(time: $0) }
    }

    let time: Text

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        let time = try run.deliveryRequest(time, parse: ISO8601Time.seconds)
        let (seconds, overflow) = time.subtractingReportingOverflow(run.host.currentTime())
        let longest = Int64(DeliverBy.longest)
        options.deliverBy.seconds = overflow ? 0 : Int(min(max(seconds, -longest), longest))
    }
}

/// Whether the message comes back when the time is over.
struct ByModeTag: ActionTag {
    static let tag = "bymode"
    static var commands: [String] { [RedirectCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        arguments.deliveryRequest("notify or return", &validator, parse: returnsMessage)
            .map { ByModeTag(text: $0) }
    }

    let text: Text

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.deliverBy.returnsMessage = try run.deliveryRequest(text, parse: Self.returnsMessage)
    }

    private static func returnsMessage(_ bytes: [UInt8]) -> Bool? {
        switch bytes.lowercasedASCII.text {
        case "notify": false
        case "return": true
        default: nil
        }
    }
}

/// Each host on the way tells the sender of the message.
struct ByTraceTag: ActionTag {
    static let tag = "bytrace"
    static var commands: [String] { [RedirectCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        ByTraceTag()
    }

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.deliverBy.traces = true
    }
}

extension DeliverBy {
    /// RFC 2852 §4: nine digits.
    static let longest = 999_999_999
}

extension Validator {
    /// Whether the tags of `redirect` go together (RFC 6009 §6); reports where they do not.
    mutating func checkDeliverBy(_ tags: [any ActionTag], of node: SyntaxNode) -> Bool {
        let times = tags.count { $0 is ByTimeRelativeTag || $0 is ByTimeAbsoluteTag }
        if times == 1 { return true }
        if times == 0, !tags.contains(where: { $0 is ByModeTag || $0 is ByTraceTag }) { return true }
        diagnostics.error(
            .invalidDeliveryRequest, at: node.position,
            times == 0
                ? ":bymode and :bytrace say something of a time, and there is none"
                : ":bytimerelative and :bytimeabsolute cannot stand together",
            hint: times == 0 ? "add :bytimerelative or :bytimeabsolute" : nil)
        return false
    }
}

extension Interpretation {
    /// What the tags ask for, all together.
    func deliverBy(_ options: DeliverByOptions) throws(RuntimeFailure) -> DeliverBy? {
        guard let seconds = options.seconds else { return nil }
        // RFC 2852 §4.1: a time that is over already can only be told of.
        guard seconds > 0 || !options.returnsMessage else {
            throw failure("redirect: the time for the delivery is over")
        }
        return DeliverBy(
            seconds: seconds, returnsMessage: options.returnsMessage, traces: options.traces)
    }
}
