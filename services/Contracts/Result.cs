using System.Diagnostics.CodeAnalysis;

namespace MariosPizzeria.Contracts;

/// <summary>The outcome of an operation: a value, or the error for which it was refused. Both convert to it implicitly.</summary>
public readonly record struct Result<T>
{
    private Result(T? value, Error? fault) => (Value, Error) = (value, fault);

    /// <summary>The value; set if <see cref="Succeeded"/>.</summary>
    public T? Value { get; }

    /// <summary>Why the operation was refused; null if it succeeded.</summary>
    public Error? Error { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;

    public static implicit operator Result<T>(T value) => new(value, fault: null);

    public static implicit operator Result<T>(Error fault) => new(default, fault);

    /// <summary>Applies a function to the value; returns the same error if there is no value.</summary>
    public Result<TOther> Select<TOther>(Func<T, TOther> selector) => Succeeded ? selector(Value) : Error;

    /// <summary>Returns the value.</summary>
    /// <exception cref="RefusedException">The operation was refused.</exception>
    public T OrThrow() => Succeeded ? Value : throw new RefusedException(Error);
}

/// <summary>An operation was refused, and there is no caller to which the error could be returned.</summary>
public sealed class RefusedException : InvalidOperationException
{
    /// <summary>Creates an exception whose message has the error's code and detail.</summary>
    public RefusedException(Error fault)
        : base($"{fault.Code}: {fault.Detail}") => Fault = fault;

    /// <summary>Why the operation was refused.</summary>
    public Error Fault { get; }
}
