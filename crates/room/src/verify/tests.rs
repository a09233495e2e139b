mod attacks;
mod carriage;
mod files;
mod hostile;
mod pipeline;
