/// What a test looked at, and what came of it.
package struct TestTrace: Sendable, Equatable {
    /// How strings were compared.
    package struct Comparison: Sendable, Equatable {
        /// Without the colon, such as `is`.
        package let matchType: String
        /// Such as `i;ascii-casemap`.
        package let comparator: String
        package let keyCount: Int
        /// The first of the keys, as they stood at that moment.
        package let keys: [TracedText]
    }

    /// Where values came from.
    package struct Source: Sendable, Equatable {
        package enum Kind: String, Sendable {
            case header, envelope, environment
        }

        package let kind: Kind
        /// The field's name in lower case, the part of the envelope, or the item.
        package let name: String
        /// The bodies of the fields as they stand in the message; empty where that has no meaning.
        package let raw: [TracedText]
    }

    /// Something that was compared.
    package struct Value: Sendable, Equatable {
        /// Unfolded and decoded.
        package let text: TracedText
        /// Where it came from, by its place in ``TestTrace/sources``.
        package let source: Int?
        /// The key that it matched.
        package let matched: TracedText?
    }

    package let name: String
    package internal(set) var outcome = false
    package internal(set) var comparison: Comparison?
    /// `localpart` and the like, without the colon; nil where whole values were compared.
    package internal(set) var addressPart: String?
    package internal(set) var sources: [Source] = []
    package internal(set) var values: [Value] = []
    /// Values that there is no room for.
    package internal(set) var omittedValues = 0
    /// What `${0}` and up have stood for since, if the script asks for that.
    package internal(set) var captures: [TracedText] = []

    /// Keys, sources and values that one test has.
    static let keyLimit = 5
    static let sourceLimit = 20
    static let valueLimit = 50

    package init(name: String) { self.name = name }
}
