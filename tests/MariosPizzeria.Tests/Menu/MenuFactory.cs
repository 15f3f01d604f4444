using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Menu;

/// <summary>The menu service with its opening menu. A test that changes the menu has one of its own.</summary>
public sealed class MenuFactory : ServiceFactory<Pizza>
{
    public static object Item(string pizzaId, string size = "medium", int quantity = 1, params string[] extraToppings) =>
        new
        {
            pizzaId,
            size,
            quantity,
            extraToppings,
        };

    public static object Order(params object[] items) => new { items };
}
