/// What is offered for an import, as far as types are concerned: `TypeScope` binds imports to offers.
public enum ExternOffer {
  /// Nil: the provider takes the type that is asked for, whatever it is.
  case function(FunctionType?)
  case type(DefinedType)
  /// Finds an export by name. A resource type must be offered; types of other kinds need not be.
  case instance((String) -> ExternOffer?)
  /// Nil, here and below: the type is not known, and not checked.
  case component(ComponentType?)
  case coreModule(CoreModuleType?)

  /// Offers exactly what `type` says, but for core modules: scopes do not know the types of those that components define.
  public init(_ type: ExternType) {
    switch type {
    case .function(let type): self = .function(type)
    case .type(let type): self = .type(type)
    case .instance(let type): self = .instance { name in type[name].map(ExternOffer.init) }
    case .component(let type): self = .component(type)
    case .coreModule: self = .coreModule(nil)
    }
  }

  /// Whoever provides anything that is called does not mean to provide types by it.
  var isUncheckedFunction: Bool {
    if case .function(nil) = self { true } else { false }
  }

  var sort: Sort {
    switch self {
    case .function: .function
    case .type: .type
    case .instance: .instance
    case .component: .component
    case .coreModule: .core(.module)
    }
  }
}
