//! A random walk through the assignments of rooms to flows.

use super::super::stream::Stream;

/// Every flow moves so often, in the mean, before anything is counted.
const BEFORE: u32 = 100;
/// Then so often, while every fourth time is counted: neighbours say nearly the same.
const WHILE: u32 = 320;
const EVERY: u32 = 4;

/// A room that a flow may have had.
#[derive(Clone, Copy, Debug)]
struct Choice {
    weight: f64,
    /// The sum of the weights up to and with this one.
    until: f64,
    /// How probable it was in the assignments visited, summed up.
    probable: f64,
}

/// A flow: the rooms that it may have had follow each other on the circle.
#[derive(Clone, Debug)]
struct Flow {
    first: usize,
    choices: Vec<Choice>,
    /// The weight of none of them.
    missing: f64,
    /// Which of `choices` it has at present.
    has: Option<usize>,
}

/// An assignment that changes.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    flows: Vec<Flow>,
    /// Of each room, the flow that has it at present.
    owners: Vec<Option<usize>>,
}

impl Walk {
    pub(super) fn new(rooms: usize) -> Self {
        Self { flows: Vec::new(), owners: vec![None; rooms] }
    }

    /// Adds a flow that may have had the rooms from `first` on, with these weights, or with this weight none of them.
    pub(super) fn add_flow(&mut self, first: usize, weights: impl Iterator<Item = f64>, missing: f64) {
        let mut until = 0.0;
        let choices = weights.map(|weight| {
            until += weight;
            Choice { weight, until, probable: 0.0 }
        });
        self.flows.push(Flow { first, choices: choices.collect(), missing, has: None });
    }

    /// Walks, and says of each flow which room is the likeliest.
    pub(super) fn run(mut self, stream: &mut Stream) -> Vec<Option<usize>> {
        self.start();
        for round in 0..BEFORE + WHILE {
            for _ in 0..self.flows.len() {
                self.step(stream);
            }
            if round >= BEFORE && round.is_multiple_of(EVERY) {
                self.count();
            }
        }
        let rooms = self.owners.len();
        self.flows.iter().map(|flow| flow.favourite().map(|choice| flow.room(choice, rooms))).collect()
    }

    /// In the order in which they came, flows take the likeliest room that is left.
    fn start(&mut self) {
        let rooms = self.owners.len();
        for (number, flow) in self.flows.iter_mut().enumerate() {
            let free = |choice: &usize| self.owners.get(flow.room(*choice, rooms)).is_some_and(Option::is_none);
            let weight = |choice: &usize| flow.choices.get(*choice).map_or(0.0, |choice| choice.weight);
            let best = (0..flow.choices.len()).filter(free).max_by(|one, other| weight(one).total_cmp(&weight(other)));
            if let Some(owner) = best.and_then(|choice| self.owners.get_mut(flow.room(choice, rooms))) {
                *owner = Some(number);
                flow.has = best;
            }
        }
    }

    /// Counts the assignment at which the walk is. Not only what each flow has: with all others where they are, it could have any room
    /// that is free, by the weights of its delays, and that says more from fewer visits.
    fn count(&mut self) {
        let rooms = self.owners.len();
        for (number, flow) in self.flows.iter_mut().enumerate() {
            let first = flow.first;
            let is_free = |choice: usize| match self.owners.get((first + choice) % rooms.max(1)) {
                Some(Some(owner)) => *owner == number,
                _ => true,
            };
            let free = |(choice, it): (usize, &Choice)| if is_free(choice) { it.weight } else { 0.0 };
            let sum = flow.missing + flow.choices.iter().enumerate().map(free).sum::<f64>();
            for (choice, it) in flow.choices.iter_mut().enumerate() {
                if sum > 0.0 && is_free(choice) {
                    it.probable += it.weight / sum;
                }
            }
        }
    }

    fn step(&mut self, stream: &mut Stream) {
        // With every step the walk may stay where it is.
        let _ = self.try_step(stream);
    }

    /// One flow draws a room. Its proposals have the proportions of its own weights, so that of the ratio of likelihoods only the
    /// other flow's part is left, if there is one.
    fn try_step(&mut self, stream: &mut Stream) -> Option<()> {
        let rooms = self.owners.len();
        let number = stream.below(self.flows.len());
        let flow = self.flows.get(number)?;
        let old = flow.has;
        let old_room = old.map(|choice| flow.room(choice, rooms));
        let Some(new) = flow.draw(stream) else {
            if let Some(room) = old_room {
                *self.owners.get_mut(room)? = None;
            }
            self.flows.get_mut(number)?.has = None;
            return Some(());
        };
        if old == Some(new) {
            return None;
        }
        let new_room = flow.room(new, rooms);
        if let Some(other) = *self.owners.get(new_room)? {
            let room = old_room?;
            let other_flow = self.flows.get(other)?;
            let choice = other_flow.choice_of(room, rooms)?;
            let after = other_flow.choices.get(choice)?.weight;
            let before = other_flow.choices.get(other_flow.has?)?.weight;
            if !stream.happens(after / before) {
                return None;
            }
            self.flows.get_mut(other)?.has = Some(choice);
            *self.owners.get_mut(room)? = Some(other);
        } else if let Some(room) = old_room {
            *self.owners.get_mut(room)? = None;
        }
        *self.owners.get_mut(new_room)? = Some(number);
        self.flows.get_mut(number)?.has = Some(new);
        Some(())
    }
}

impl Flow {
    fn room(&self, choice: usize, rooms: usize) -> usize {
        (self.first + choice) % rooms.max(1)
    }

    /// The inverse of [`Flow::room`], if the room is among those it may have had.
    fn choice_of(&self, room: usize, rooms: usize) -> Option<usize> {
        let choice = (room + rooms).checked_sub(self.first)? % rooms.max(1);
        (choice < self.choices.len()).then_some(choice)
    }

    /// A choice by weight, or none.
    fn draw(&self, stream: &mut Stream) -> Option<usize> {
        let sum = self.choices.last().map_or(0.0, |choice| choice.until);
        let drawn = stream.between(0.0, sum + self.missing);
        let choice = self.choices.partition_point(|choice| choice.until <= drawn);
        (choice < self.choices.len()).then_some(choice)
    }

    /// The choice that was the most probable.
    fn favourite(&self) -> Option<usize> {
        let ranked = self.choices.iter().enumerate();
        ranked.max_by(|(_, one), (_, other)| one.probable.total_cmp(&other.probable)).map(|(choice, _)| choice)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::stream::Seed;
    use super::*;

    /// Two flows and two rooms. The first is three times likelier to have had the first room; the second may have had both alike. So one
    /// assignment has the weight 3, the other 1.
    #[test]
    fn assignments_are_visited_as_often_as_they_are_likely() {
        let mut walk = Walk::new(2);
        walk.add_flow(0, [3.0, 1.0].into_iter(), 0.0);
        walk.add_flow(0, [1.0, 1.0].into_iter(), 0.0);
        walk.start();
        let mut stream = Seed(1).stream("walk");
        for _ in 0..20_000 {
            walk.step(&mut stream);
            walk.count();
        }
        let probable = |flow: usize, choice: usize| walk.flows[flow].choices[choice].probable / 20_000.0;
        assert!((probable(0, 0) - 0.75).abs() < 0.02, "{}", probable(0, 0));
        assert!((probable(1, 1) - probable(0, 0)).abs() < 1e-9, "no room has two flows");
    }

    /// Three flows with one room each that nobody else may have had, and a fourth with a choice of all: it has none.
    #[test]
    fn what_must_be_is_found() {
        let mut walk = Walk::new(3);
        walk.add_flow(0, [1.0, 5.0, 5.0].into_iter(), 0.001);
        for room in 0..3 {
            walk.add_flow(room, [1.0].into_iter(), 0.0);
        }
        let guesses = walk.run(&mut Seed(1).stream("walk"));
        assert_eq!(guesses[1..], [Some(0), Some(1), Some(2)]);
    }
}
