// fileinto :copy …, redirect :copy …                                                             RFC 3894

extension SieveExtension {
    /// The action leaves the implicit keep alone.
    static var copy: SieveExtension {
        SieveExtension("copy") { language in
            language.add(actionTag: CopyTag.self)
        }
    }
}

struct CopyTag: ActionTag {
    static let tag = "copy"
    static var commands: [String] { [FileintoCommand.name, RedirectCommand.name, PipeCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        CopyTag()
    }

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.isCopy = true
    }
}
