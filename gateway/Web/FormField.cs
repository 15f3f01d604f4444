namespace MariosPizzeria.Gateway.Web;

/// <summary>A labelled field of a form, with what is wrong about it beside it: the partial <c>_Field</c> draws it.</summary>
/// <param name="Page">The page that has the errors.</param>
/// <param name="Name">Of the form's field.</param>
/// <param name="Label">In the visitor's language.</param>
internal sealed record FormField(PizzeriaPage Page, string Name, string Label)
{
    /// <summary>As the service names the field in its errors, where that is not the form's name.</summary>
    public string? ErrorName { get; init; }
    public string? Value { get; init; }
    public string Type { get; init; } = "text";
    public string? Autocomplete { get; init; }

    /// <summary>Besides the label.</summary>
    public string? Hint { get; init; }

    /// <summary>Which keys a phone shows: <c>numeric</c>, <c>decimal</c>.</summary>
    public string? InputMode { get; init; }

    /// <summary>What stands beside it when it is refused; null for the rule that goes by its name.</summary>
    public string? Rule { get; init; }
    public int MaxLength { get; init; } = 200;
    public int? MinLength { get; init; }
    public bool IsRequired { get; init; }

    /// <summary>How many lines are shown, for a text that may have several; null for one of a single line.</summary>
    public int? Rows { get; init; }

    /// <summary>Whether it was refused.</summary>
    public bool IsWrong => Page.Errors.ContainsKey(ErrorName ?? Name);
}
