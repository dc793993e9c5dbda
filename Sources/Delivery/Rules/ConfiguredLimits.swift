package import Settings
package import Sieve

extension SieveLimits {
    /// The limits that a site has set.
    package init(_ settings: Configuration.Sieve) {
        self.init()
        scriptBytes = settings.maxScriptSize
        stringBytes = settings.maxStringSize
        nesting = settings.maxNesting
        arguments = settings.maxArguments
        variables = settings.maxVariables
        variableBytes = settings.maxVariableSize
        includes = settings.maxIncludes
        includeDepth = settings.maxIncludeDepth
        actions = settings.maxActions
        redirects = settings.maxRedirects
        notifications = settings.maxNotifications
        addedFields = settings.maxAddedFields
        addedFieldBytes = settings.maxAddedFieldSize
        bodyBytes = settings.maxBodySize
        loops = settings.maxLoops
        steps = settings.maxSteps
        vacationMinimum = settings.vacationMinimum
        vacationDefault = settings.vacationDefault
        vacationMaximum = settings.vacationMaximum
        duplicateSeconds = settings.duplicateDefault
        duplicateSecondsMaximum = settings.duplicateMaximum
        if !settings.protectedFields.isEmpty {
            unaddableFields = settings.protectedFields.map { $0.lowercased() }
            undeletableFields = unaddableFields
        }
    }
}
