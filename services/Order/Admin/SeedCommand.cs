using MariosPizzeria.Contracts;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>
/// Development's accounts, one a role. Elsewhere none is made: an account whose password stands in the source would be an open door.
/// </summary>
internal sealed class SeedCommand(Register register, IHostEnvironment environment, Authority? authority = null) : AdminCommand
{
    private const string Password = "test";

    public override string Name => "seed";

    public override string Description => "makes Development's accounts customer, chef, driver and manager";

    public override async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment())
        {
            await Console.Out.WriteLineAsync($"Nothing to seed in {environment.EnvironmentName}: accounts are made with create-user.");
            return 0;
        }

        if (authority is not null)
        {
            await Console.Out.WriteLineAsync($"Nothing to seed: {OwnAccounts.AreKeptBy(authority).Detail}");
            return 0;
        }

        foreach (var role in (string[])[Roles.Customer, .. Roles.Staff])
        {
            var made = await register.Create(new(role, char.ToUpperInvariant(role[0]) + role[1..], [role]), Password, cancellationToken);
            if (!made.Succeeded && made.Fault.Slug != Slugs.AlreadyExists)
            {
                made.OrThrow();
            }

            await Console.Out.WriteLineAsync($"{role}: {(made.Succeeded ? "made" : "there already")}");
        }

        return 0;
    }
}
