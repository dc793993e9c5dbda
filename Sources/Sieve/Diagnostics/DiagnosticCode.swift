/// The stable names of all that can be wrong with a script; front ends may depend on them.
package enum DiagnosticCode: String, Sendable, CaseIterable {
    // The text.
    case scriptTooLong = "script-too-long"
    case invalidCharacter = "invalid-character"
    case unterminatedString = "unterminated-string"
    case unterminatedComment = "unterminated-comment"
    case nulInString = "nul-in-string"
    case identifierTooLong = "identifier-too-long"
    case invalidNumber = "invalid-number"
    case numberTooLarge = "number-too-large"
    case unneededEscape = "unneeded-escape"
    case invalidUTF8 = "invalid-utf8"

    // The grammar.
    case syntax = "syntax"
    case missingSemicolon = "missing-semicolon"
    case unbalanced = "unbalanced"
    case emptyList = "empty-list"
    case nestedTooDeeply = "nested-too-deeply"

    // Commands, tests and their arguments.
    case unknownCommand = "unknown-command"
    case unknownTest = "unknown-test"
    case unknownTag = "unknown-tag"
    case notRequired = "not-required"
    case unexpectedTest = "unexpected-test"
    case missingTest = "missing-test"
    case unexpectedBlock = "unexpected-block"
    case missingBlock = "missing-block"
    case missingArgument = "missing-argument"
    case unexpectedArgument = "unexpected-argument"
    case wrongArgument = "wrong-argument"
    case misplacedTag = "misplaced-tag"
    case repeatedTag = "repeated-tag"
    case missingTag = "missing-tag"
    case tooManyArguments = "too-many-arguments"
    case notConstant = "not-constant"
    case misplacedElse = "misplaced-else"
    case nestedTest = "nested-test"

    // Capabilities.
    case unknownCapability = "unknown-capability"
    case disabledCapability = "disabled-capability"
    case misplacedRequire = "misplaced-require"
    case conflictingCapability = "conflicting-capability"

    // Values.
    case unknownComparator = "unknown-comparator"
    case unsuitableComparator = "unsuitable-comparator"
    case invalidKey = "invalid-key"
    case doubtfulKey = "doubtful-key"
    case ignoredTag = "ignored-tag"
    case invalidConversion = "invalid-conversion"
    case invalidRelation = "invalid-relation"
    case invalidHeaderName = "invalid-header-name"
    case notAnAddressHeader = "not-an-address-header"
    case invalidEnvelopePart = "invalid-envelope-part"
    case invalidAddress = "invalid-address"
    case invalidMailbox = "invalid-mailbox"
    case invalidSpecialUse = "invalid-special-use"
    case invalidAnnotation = "invalid-annotation"
    case invalidDeliveryRequest = "invalid-delivery-request"
    case invalidEncodedCharacter = "invalid-encoded-character"
    case periodOutOfRange = "period-out-of-range"
    case invalidNotification = "invalid-notification"
    case invalidFeedbackType = "invalid-feedback-type"
    case invalidIndex = "invalid-index"
    case invalidDatePart = "invalid-date-part"
    case invalidZone = "invalid-zone"
    case invalidHeaderValue = "invalid-header-value"
    case protectedHeader = "protected-header"
    case misplacedLoopCommand = "misplaced-loop-command"
    case unsuitableContentType = "unsuitable-content-type"

    // What is allowed, and hardly meant.
    case addressInHeaderTest = "address-in-header-test"
    case emptyKey = "empty-key"
    case missingWildcard = "missing-wildcard"
    case neverTrue = "never-true"
    case unreachableCommand = "unreachable-command"
    case unreachableBranch = "unreachable-branch"
    case wrongSeparator = "wrong-separator"

    // Variables.
    case invalidVariable = "invalid-variable"
    case unknownNamespace = "unknown-namespace"
    case tooManyVariables = "too-many-variables"
    case conflictingModifiers = "conflicting-modifiers"

    // Scripts that include others.
    case invalidScriptName = "invalid-script-name"
    case missingScript = "missing-script"
    case circularInclude = "circular-include"
    case tooManyIncludes = "too-many-includes"
    case includedScript = "included-script"

    // Programs.
    case invalidProgramName = "invalid-program-name"
    case invalidProgramArgument = "invalid-program-argument"
}
