public import ArgumentParser
public import Dataflow

extension TimeSettings.Domain: ExpressibleByArgument {}
extension TimeSettings.LatePolicy: ExpressibleByArgument {}
extension ErrorPolicy.Consequence: ExpressibleByArgument {}
