// fileinto :create …                                                                         RFC 5490 §3.2

/// The mailbox is made if it is missing.
struct CreateTag: ActionTag {
    static let tag = "create"
    static var commands: [String] { [FileintoCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        CreateTag()
    }

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.createsMailbox = true
    }
}
